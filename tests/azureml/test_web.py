"""What follows the search in a cloud notebook: it can be described, and says where it ends."""

import pytest

from hdwidget.azureml.exceptions import CloudOnlyError


@pytest.fixture
def service(azure):
    """Return the module with the web services."""
    import azureml.core.webservice

    return azureml.core.webservice


def test_a_deployment_can_be_described(service):
    from azureml.core.model import InferenceConfig

    described = service.AciWebservice.deploy_configuration(cpu_cores=1, memory_gb=1)
    config = InferenceConfig(entry_script="score.py", environment=None)
    assert (described.cpu_cores, config.entry_script) == (1, "score.py")
    assert "memory_gb=1" in repr(described)


def test_deploying_says_where_the_model_is(service, workspace, tmp_path):
    from azureml.core.model import Model

    (tmp_path / "model.pkl").write_text("m")
    model = Model.register(workspace=workspace, model_path="model.pkl", model_name="m")
    with pytest.raises(CloudOnlyError, match=rf"Model.deploy runs in.*{model.path}"):
        Model.deploy(workspace, "service", [model], None, None, overwrite=True)
    assert [found.id for found in Model.list(workspace)] == ["m:1"]
    assert isinstance(Model(workspace, "m"), Model)


def test_the_rest_of_a_service_is_refused(service):
    from azureml.core.model import Model

    for call in (Model.package, Model.profile, service.Webservice.deploy, service.AciWebservice):
        with pytest.raises(CloudOnlyError):
            call(None, "name")
    assert service.Webservice.list(None) == []


def test_a_model_may_say_what_has_trained_it(workspace, tmp_path):
    from azureml.core.model import Model

    (tmp_path / "model.pkl").write_text("m")
    model = Model.register(
        workspace,
        model_path="model.pkl",
        model_name="m",
        model_framework=Model.Framework.SCIKITLEARN,
        model_framework_version="1.0",
    )
    assert model.id == "m:1"
    assert Model.Framework.SCIKITLEARN == "ScikitLearn"
