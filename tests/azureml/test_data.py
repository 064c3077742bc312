"""Datastores and datasets over local files, patterns, places in a datastore, and urls."""

import io
import re
import sys
import threading
from pathlib import Path

import pytest

from hdwidget.azureml import data_files
from hdwidget.azureml.dataset_registry import registered
from hdwidget.azureml.exceptions import (
    CloudOnlyError,
    DatasetValidationError,
    UserErrorException,
)
from hdwidget.errors import MissingExtraError

URL = "https://data.example/sets/heart.csv?version=2"


@pytest.fixture
def core(azure):
    """Return the module that notebooks import from."""
    import azureml.core

    return azureml.core


@pytest.fixture
def csv(tmp_path):
    """Return the path of a folder with two csv files."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "one.csv").write_text("a,b\n1,x\n2,\n")
    (folder / "two.csv").write_text("a,b\n3,z\n")
    (folder / "notes.txt").write_text("none")
    return folder


@pytest.fixture
def web(monkeypatch):
    """Return what was asked of the web, which has one file."""
    asked = []

    def urlopen(url, timeout):
        asked.append(url)
        if "gone" in url:
            message = "404: Not Found"
            raise OSError(message)
        return io.BytesIO(b"age,death\n60,1\n70,0\n")

    monkeypatch.setattr(data_files, "urlopen", urlopen)
    return asked


@pytest.mark.parametrize(
    "path", ["data/one.csv", ["data/one.csv"], Path("data/one.csv"), "./data/../data/one.csv"]
)
def test_a_local_file(core, csv, path):
    frame = core.Dataset.Tabular.from_delimited_files(path).to_pandas_dataframe()
    assert frame.to_dict("list")["a"] == [1, 2]


def test_the_factory_is_called_on_a_class_or_an_instance(core, csv):
    from azureml.data.dataset_factory import TabularDatasetFactory

    one = TabularDatasetFactory.from_delimited_files(path="data/one.csv")
    other = TabularDatasetFactory().from_delimited_files("data/one.csv", separator=",")
    assert one.id == other.id
    with pytest.raises(AttributeError):
        TabularDatasetFactory.from_delimted_files("data/one.csv")


def test_files_are_found_wherever_the_notebook_goes(core, csv, monkeypatch):
    table = core.Dataset.Tabular.from_delimited_files("data/one.csv")
    monkeypatch.chdir("/")
    assert len(table.to_pandas_dataframe()) == 2


@pytest.mark.parametrize("path", ["data/*.csv", ["data/one.csv", "data/two.csv"], "data/**/*.csv"])
def test_several_files_are_one_table(core, csv, path):
    frame = core.Dataset.Tabular.from_delimited_files(path, include_path=True).to_pandas_dataframe()
    assert frame["a"].tolist() == [1, 2, 3]
    assert frame["Path"].tolist() == ["/one.csv", "/one.csv", "/two.csv"]


def test_the_options_of_a_csv_file(core, tmp_path):
    from azureml.data.dataset_factory import DataType, PromoteHeadersBehavior

    (tmp_path / "plain.csv").write_text("1;x;2020-01-31\n2;;2020-02-01\n", encoding="utf-8")
    make = core.Dataset.Tabular.from_delimited_files
    frame = make(
        "plain.csv",
        separator=";",
        header=PromoteHeadersBehavior.NO_HEADERS,
        empty_as_string=True,
        set_column_types={"Column1": DataType.to_float(), "Column3": DataType.to_datetime("%Y")},
    ).to_pandas_dataframe()
    assert frame["Column1"].tolist() == [1.0, 2.0]
    assert frame["Column2"].tolist() == ["x", ""]
    assert frame["Column3"].dt.month.tolist() == [1, 2]
    texts = make("plain.csv", separator=";", header=False, infer_column_types=False)
    assert texts.to_pandas_dataframe()["Column1"].tolist() == ["1", "2"]


def test_other_kinds_of_tables(core, tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    table = core.Dataset.Tabular.from_json_lines_files("rows.jsonl")
    assert table.to_pandas_dataframe()["a"].tolist() == [1, 2]
    assert core.Dataset.Tabular.from_parquet_files("x.parquet").reader["format"] == "parquet"


def test_steps_with_a_table(core, csv):
    table = core.Dataset.Tabular.from_delimited_files("data/*.csv")
    assert table.take(2).to_pandas_dataframe()["a"].tolist() == [1, 2]
    assert table.skip(1).take(1).to_pandas_dataframe()["a"].tolist() == [2]
    assert list(table.drop_columns("a").to_pandas_dataframe()) == ["b"]
    assert list(table.keep_columns(["b", "a"]).to_pandas_dataframe()) == ["b", "a"]


@pytest.mark.parametrize("seed", [3, None])
def test_a_random_split_covers_all_rows_once(core, tmp_path, seed):
    (tmp_path / "long.csv").write_text("\n".join(["a", *map(str, range(200))]))
    whole = core.Dataset.Tabular.from_delimited_files("long.csv")
    parts = [part.to_pandas_dataframe()["a"].tolist() for part in whole.random_split(0.8, seed)]
    assert sorted([*parts[0], *parts[1]]) == list(range(200))
    assert 130 < len(parts[0]) < 190
    assert whole.take_sample(0.0).to_pandas_dataframe().empty
    with pytest.raises(UserErrorException, match="0 <= percentage <= 1"):
        whole.random_split(80)


def test_what_is_no_path_is_refused(core):
    with pytest.raises(UserErrorException, match="`path` must be a path, a pattern, a url"):
        core.Dataset.Tabular.from_delimited_files(None)
    with pytest.raises(UserErrorException, match=r"must be \(datastore, path\)"):
        core.Dataset.File.from_files(("data", "x", 3))
    with pytest.raises(UserErrorException, match="include_path=True"):
        core.Dataset.Tabular.from_delimited_files("x.csv", partition_format="{year}.csv")


def test_a_missing_file_is_named(core, tmp_path):
    table = core.Dataset.Tabular.from_delimited_files("none.csv")
    with pytest.raises(DatasetValidationError, match=re.escape(str(tmp_path / "none.csv"))):
        table.to_pandas_dataframe()


def test_a_file_that_is_no_table_is_named(core, tmp_path):
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n1,2,3,4\n")
    with pytest.raises(DatasetValidationError, match=r"bad\.csv cannot be read as a table"):
        core.Dataset.Tabular.from_delimited_files("bad.csv").to_pandas_dataframe()


def test_without_pandas_it_says_what_to_install(core, csv, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'hdwidget\[pandas\]'"):
        core.Dataset.Tabular.from_delimited_files("data/one.csv").to_pandas_dataframe()


def test_a_url_is_fetched_once_per_workspace(core, web):
    make = core.Dataset.Tabular.from_delimited_files
    assert web == []  # not before it is read
    for _ in range(2):
        assert make(URL).to_pandas_dataframe()["age"].tolist() == [60, 70]
    assert web == [URL]
    assert make([URL]).to_pandas_dataframe()["age"].tolist() == [60, 70]
    assert len(web) == 1


def test_a_url_with_another_query_is_another_file(core, web):
    core.Dataset.File.from_files([URL, URL.replace("2", "3")]).download("files", overwrite=True)
    assert len(web) == 2


def test_a_url_that_cannot_be_had_says_what_to_do(core, web, tmp_path):
    gone = core.Dataset.File.from_files("https://data.example/gone.gz")
    with pytest.raises(DatasetValidationError, match=r"cannot be downloaded: 404.* by hand"):
        gone.to_path()
    assert not [file for file in (tmp_path / ".hdwidget").rglob("*") if file.is_file()]
    with pytest.raises(DatasetValidationError, match="Name each file, in a list"):
        core.Dataset.File.from_files("https://data.example/*").to_path()


def test_files_of_urls_lie_nested_where_they_are_mounted(core, web):
    files = core.Dataset.File.from_files(
        path=["https://h.example/a/x.gz", "https://h.example/b/x.gz"]
    )
    assert files.to_path() == ["/h.example/a/x.gz", "/h.example/b/x.gz"]
    with files.mount() as mounted:
        found = sorted(Path(mounted.mount_point).glob("**/x.gz"))
    assert [file.parent.name for file in found] == ["a", "b"]


def test_a_folder_is_mounted_where_it_is(core, csv):
    for path in ("data", "data/", "data/*", "data/**"):
        assert core.Dataset.File.from_files(path).as_mount().argument == str(csv)


def test_some_of_a_folders_files_are_mounted_alone(core, csv):
    folder = Path(core.Dataset.File.from_files("data/*.csv").as_download().argument)
    assert sorted(file.name for file in folder.iterdir()) == ["one.csv", "two.csv"]
    (csv / "one.csv").unlink()
    (csv / "one.csv").write_text("new")
    core.Dataset.File.from_files("data/*.csv").as_download().described()
    assert (folder / "one.csv").read_text() == "new"


def test_what_a_pattern_matches_no_more_is_mounted_no_more(core, csv):
    files = core.Dataset.File.from_files("data/*.csv")
    assert len(list(Path(files.as_mount().argument).iterdir())) == 2
    (csv / "two.csv").unlink()
    assert [file.name for file in Path(files.as_mount().argument).iterdir()] == ["one.csv"]


def test_a_folder_may_have_brackets_in_its_name(core, tmp_path):
    folder = tmp_path / "run[1]"
    folder.mkdir()
    (folder / "x.csv").write_text("a\n1\n")
    for path in (folder, folder / "*.csv", folder / "x.csv"):
        table = core.Dataset.Tabular.from_delimited_files(path)
        assert table.to_pandas_dataframe()["a"].tolist() == [1]
        assert core.Dataset.File.from_files(path).to_path() == ["/x.csv"]


def test_files_are_downloaded(core, csv, tmp_path):
    files = core.Dataset.File.from_files("data/*.csv")
    copies = files.download(target_path="copy")
    assert copies == [str(tmp_path / "copy" / name) for name in ("one.csv", "two.csv")]
    with pytest.raises(UserErrorException, match="overwrite=True"):
        files.download("copy")
    assert files.download("copy", overwrite=True) == copies
    assert files.download() == [str(csv / name) for name in ("one.csv", "two.csv")]


def test_register_and_find_again(core, workspace, csv):
    table = core.Dataset.Tabular.from_delimited_files("data/one.csv")
    table = table.register(
        workspace=workspace, name="Heart Failure", description="d", tags={"k": "v"}
    )
    found = core.Dataset.get_by_name(workspace, "Heart Failure")
    assert (found.name, found.version, found.description) == ("Heart Failure", 1, "d")
    assert found.tags == {"k": "v"}
    assert found.to_pandas_dataframe().equals(table.to_pandas_dataframe())
    assert "Heart Failure" in workspace.datasets.keys()  # noqa: SIM118  # as notebooks ask
    assert workspace.datasets["Heart Failure"].id == table.id
    assert core.Dataset.get_by_id(workspace, id=table.id).name == "Heart Failure"


def test_the_same_dataset_stays_its_version(core, workspace, csv):
    table = core.Dataset.Tabular.from_delimited_files("data/one.csv")
    for _ in range(2):  # a cell that is run again
        assert table.register(workspace, "t", create_new_version=True).version == 1


def test_another_dataset_is_a_new_version_when_asked(core, workspace, csv):
    one = core.Dataset.Tabular.from_delimited_files("data/one.csv").register(workspace, "t")
    two = core.Dataset.Tabular.from_delimited_files("data/two.csv")
    with pytest.raises(UserErrorException, match="create_new_version=True"):
        two.register(workspace, "t")
    assert two.register(workspace, "t", create_new_version=True).version == 2
    assert core.Dataset.get_by_name(workspace, "t").id == two.id
    assert core.Dataset.get_by_name(workspace, "t", version=1).id == one.id
    with pytest.raises(UserErrorException, match="no version 7 of the dataset 't'"):
        core.Dataset.get_by_name(workspace, "t", 7)


def test_a_dataset_of_the_studio_says_how_to_register_it(core, workspace):
    with pytest.raises(UserErrorException, match=r"\.register\(ws, 'Heart'\)"):
        core.Dataset.get_by_name(workspace, name="Heart")
    with pytest.raises(UserErrorException, match="no dataset with the id 'x'"):
        core.Dataset.get_by_id(workspace, "x")
    with pytest.raises(UserErrorException, match="`name` must be a text"):
        core.Dataset.File.from_files("x").register(workspace, " ")


def test_registering_from_many_threads_loses_nothing(core, workspace, csv):
    table = core.Dataset.Tabular.from_delimited_files("data/one.csv")
    names = [f"t{number}" for number in range(8)]
    threads = [threading.Thread(target=table.register, args=(workspace, name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {registered(workspace.path, name)["registration"]["name"] for name in names} == set(
        names
    )


def test_uploads_to_the_default_datastore(core, workspace, csv, capsys):
    store = workspace.get_default_datastore()
    reference = store.upload(src_dir="data", target_path="lab", overwrite=True, show_progress=True)
    assert str(reference) == "$AZUREML_DATAREFERENCE_lab"
    assert "Uploaded 3 files" in capsys.readouterr().out
    assert sorted(file.name for file in reference.path.iterdir()) == [
        "notes.txt",
        "one.csv",
        "two.csv",
    ]
    table = core.Dataset.Tabular.from_delimited_files(path=(store, "lab/*.csv"))
    assert table.to_pandas_dataframe()["a"].tolist() == [1, 2, 3]
    for place in (store.path("lab/two.csv"), [(store, "lab/two.csv")], (store, ["lab/two.csv"])):
        frame = core.Dataset.Tabular.from_delimited_files(place).to_pandas_dataframe()
        assert frame["a"].tolist() == [3]


def test_uploading_files(core, workspace, csv):
    store = workspace.get_default_datastore()
    files = [str(csv / "one.csv"), csv / "two.csv"]
    store.upload_files(files=files, target_path="flat/", overwrite=True, show_progress=False)
    store.upload_files(files, relative_root=csv.parent, target_path="deep", show_progress=False)
    assert (store.root / "flat" / "one.csv").is_file()
    assert (store.root / "deep" / "data" / "two.csv").is_file()
    with pytest.raises(UserErrorException, match="there is no file"):
        store.upload_files(["none.csv"])
    with pytest.raises(UserErrorException, match="must be a folder"):
        store.upload("none")


def test_an_upload_overwrites_when_asked(core, workspace, csv):
    store = workspace.get_default_datastore()
    store.upload("data", "d", show_progress=False)
    (csv / "one.csv").write_text("new")
    store.upload("data", "d", overwrite=False, show_progress=False)
    assert (store.root / "d" / "one.csv").read_text() != "new"
    store.upload("data", "d", overwrite=True, show_progress=False)
    assert (store.root / "d" / "one.csv").read_text() == "new"


def test_the_workspace_is_not_uploaded_into_itself(core, workspace, csv):
    store = workspace.get_default_datastore()
    store.upload("data", "d", show_progress=False)
    store.upload(".", "all", show_progress=False)
    assert sorted(file.name for file in (store.root / "all").iterdir()) == ["data"]


def test_nothing_leaves_the_datastore(core, workspace, csv):
    store = workspace.get_default_datastore()
    with pytest.raises(UserErrorException, match="must stay in it"):
        store.upload("data", "../../outside")
    with pytest.raises(UserErrorException, match="must stay in it"):
        core.Dataset.File.from_files((store, "../x"))


def test_downloads_from_a_datastore(core, workspace, csv, tmp_path):
    store = workspace.get_default_datastore()
    store.upload("data", "d", show_progress=False)
    assert store.download("copy", prefix="d/one") == 1
    assert (tmp_path / "copy" / "d" / "one.csv").is_file()


def test_datastores_by_name(core, workspace):
    assert core.Datastore.get(workspace, "workspaceblobstore").name == "workspaceblobstore"
    assert core.Datastore.get_default(workspace).datastore_type == "AzureBlob"
    assert "workspacefilestore" in workspace.datastores
    with pytest.raises(UserErrorException, match="there is no datastore 'mine'"):
        core.Datastore(workspace, "mine")
    with pytest.raises(CloudOnlyError, match="Copy the data into a folder here"):
        core.Datastore.register_azure_blob_container(workspace, "mine", "c", account_key="k")


def test_places_in_a_datastore(core, workspace):
    from azureml.data.datapath import DataPath

    store = workspace.get_default_datastore()
    assert store.as_mount().path == store.as_download().path == store.root.resolve()
    assert str(store.path("a/b").as_mount()) == "$AZUREML_DATAREFERENCE_a_b"
    assert DataPath(store, "a").create_data_reference("named").data_reference_name == "named"
    assert store.path("a").path_in("b").path == (store.root / "a" / "b").resolve()


def test_a_data_frame_becomes_a_dataset(core, workspace, csv):
    frame = core.Dataset.Tabular.from_delimited_files("data/two.csv").to_pandas_dataframe()
    store = workspace.get_default_datastore()
    made = core.Dataset.Tabular.register_pandas_dataframe(frame, (store, "frames"), "mine")
    assert made.to_pandas_dataframe().equals(frame)
    assert workspace.datasets["mine"].version == 1


def test_a_folder_becomes_a_dataset(core, workspace, csv):
    store = workspace.get_default_datastore()
    made = core.Dataset.File.upload_directory("data", (store, "up"), pattern="*.csv")
    assert made.to_path() == ["/one.csv", "/two.csv"]


def test_a_name_for_an_input_is_an_identifier(core):
    with pytest.raises(UserErrorException, match="letters, digits and underscores"):
        core.Dataset.File.from_files("x").as_named_input("my data")
