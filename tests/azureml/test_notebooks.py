"""Whole notebooks as they were written for the cloud, in a kernel, changed by one line.

Written for this repository after what such notebooks call. A pair is a cell and the error that it
is to end with: the lines that only the cloud can do.
"""

import sys
from pathlib import Path

import pytest
from support.jupyter_kernel import JupyterKernel

ONE_LINE = "%load_ext hdwidget.azureml"

CLASSROOM = [
    ONE_LINE,
    """
from azureml.core import Workspace, Experiment
ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="first-project")
print('Workspace name: ' + ws.name,
      'Azure region: ' + ws.location,
      'Subscription id: ' + ws.subscription_id,
      'Resource group: ' + ws.resource_group, sep = '\\n')
run = exp.start_logging()
""",
    """
from azureml.core.compute import ComputeTarget, AmlCompute
from azureml.core.compute_target import ComputeTargetException
cluster_name = "lab-cluster"
try:
    compute_target = ComputeTarget(workspace=ws, name=cluster_name)
    print("found")
except ComputeTargetException:
    config = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
    compute_target = ComputeTarget.create(ws, cluster_name, config)
compute_target.wait_for_completion(show_output=True)
print(compute_target.get_status().serialize()["provisioningState"])
""",
    """%%writefile train.py
import argparse
import os
import numpy as np
from sklearn.externals import joblib
from azureml.core.run import Run
from azureml.data.dataset_factory import TabularDatasetFactory

def clean_data(data):
    frame = data.to_pandas_dataframe().dropna()
    return frame[["age"]], frame["death"].apply(lambda s: 1 if s == "yes" else 0)

ds = TabularDatasetFactory.from_delimited_files(path="heart.csv")
x, y = clean_data(ds)
run = Run.get_context()

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--C', type=float, default=1.0)
    parser.add_argument('--max_iter', type=int, default=100)
    args = parser.parse_args()
    run.log("Regularization Strength:", np.float(args.C))
    run.log("Max iterations:", np.int(args.max_iter))
    run.log("Accuracy", np.float(y.mean() * args.C))
    os.makedirs('outputs', exist_ok=True)
    joblib.dump({"C": args.C}, './outputs/model.joblib')

if __name__ == '__main__':
    main()
""",
    """%%writefile heart.csv
age,death
60,yes
70,no
80,yes
,no
""",
    """
from azureml.widgets import RunDetails
from azureml.train.sklearn import SKLearn
from azureml.train.hyperdrive.run import PrimaryMetricGoal
from azureml.train.hyperdrive.policy import BanditPolicy
from azureml.train.hyperdrive.sampling import RandomParameterSampling
from azureml.train.hyperdrive.runconfig import HyperDriveConfig
from azureml.train.hyperdrive.parameter_expressions import uniform, choice
import os
ps = RandomParameterSampling({"--C": uniform(0.1, 1.0), "--max_iter": choice(25, 50)})
policy = BanditPolicy(evaluation_interval=2, slack_factor=0.1)
if "training" not in os.listdir():
    os.mkdir("./training")
est = SKLearn(source_directory=".", entry_script="train.py", compute_target=compute_target,
              vm_size="STANDARD_D2_V2")
hyperdrive_config = HyperDriveConfig(estimator=est, hyperparameter_sampling=ps, policy=policy,
    primary_metric_name="Accuracy", primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=3, max_concurrent_runs=2)
""",
    """
hyperdrive_run = exp.submit(config=hyperdrive_config, show_output=True)
RunDetails(hyperdrive_run).show()
hyperdrive_run.wait_for_completion(show_output=True)
assert(hyperdrive_run.get_status() == "Completed")
""",
    """
import joblib
best_run = hyperdrive_run.get_best_run_by_primary_metric()
best_run_metrics = best_run.get_metrics()
parameter_values = best_run.get_details()['runDefinition']['arguments']
print('Best Run Id: ', best_run.id)
print('Accuracy:', best_run_metrics['Accuracy'], parameter_values[1], parameter_values[3])
print(best_run.get_file_names()[-1])
model = best_run.register_model(model_name='hd-model', model_path='outputs/model.joblib')
best_run.download_file('/outputs/model.joblib', 'fetched/model.joblib')
print(joblib.load('fetched/model.joblib')["C"] == float(parameter_values[1]))
""",
    """
from azureml.data.dataset_factory import TabularDatasetFactory
ds = TabularDatasetFactory.from_delimited_files("heart.csv")
from train import clean_data
x, y = clean_data(ds)
print(len(x))
from azureml.train.automl import AutoMLConfig
""",
    (
        "automl_config = AutoMLConfig(experiment_timeout_minutes=30, task='classification')",
        "CloudOnlyError",
    ),
    "compute_target.delete()\nprint(compute_target.get())",
]

CAPSTONE = [
    ONE_LINE,
    """
import azureml.core
from azureml.core import Workspace, Experiment, Dataset, ScriptRunConfig, Environment
from azureml.core.conda_dependencies import CondaDependencies
print("Ready to use Azure ML", azureml.core.VERSION)
ws = Workspace.get(name="quick-starts-ws-1", subscription_id="s", resource_group="rg")
""",
    """
import os
os.makedirs("data", exist_ok=True)
for number in (1, 2):
    with open(f"data/diabetes{number}.csv", "w") as file:
        file.write("Pregnancies,Diabetic\\n0,0\\n8,1\\n")
default_ds = ws.get_default_datastore()
default_ds.upload_files(files=['./data/diabetes1.csv', './data/diabetes2.csv'],
                        target_path='diabetes-data/', overwrite=True, show_progress=True)
if 'diabetes dataset' not in ws.datasets:
    tab = Dataset.Tabular.from_delimited_files(path=(default_ds, 'diabetes-data/*.csv'))
    tab = tab.register(workspace=ws, name='diabetes dataset', tags={'format': 'CSV'},
                       create_new_version=True)
print(len(tab.take(20).to_pandas_dataframe()))
""",
    "folder = 'diabetes-training'\nos.makedirs(folder, exist_ok=True)",
    """%%writefile $folder/diabetes_training.py
import argparse, os
import numpy as np
from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--input-data", type=str, dest='training_dataset_id')
parser.add_argument('--learning_rate', type=float, dest='learning_rate', default=0.1)
parser.add_argument('--n_estimators', type=int, dest='n_estimators', default=100)
args = parser.parse_args()
run = Run.get_context()
run.log('learning_rate', np.float(args.learning_rate))
diabetes = run.input_datasets['training_data'].to_pandas_dataframe()
assert len(run.experiment.workspace.datasets) == 1
run.log('AUC', np.float(diabetes['Diabetic'].mean()) + args.learning_rate)
os.makedirs('outputs', exist_ok=True)
with open('outputs/diabetes_model.pkl', 'w') as file:
    file.write("model")
run.complete()
""",
    """
import warnings
env = Environment("sklearn-env")
packages = CondaDependencies.create(conda_packages=['scikit-learn', 'pip'],
                                    pip_packages=['azureml-defaults'])
env.python.conda_dependencies = packages
diabetes_ds = ws.datasets.get("diabetes dataset")
script_config = ScriptRunConfig(source_directory=folder, script='diabetes_training.py',
    arguments=['--input-data', diabetes_ds.as_named_input('training_data')],
    environment=env, compute_target='cpu-cluster')
from azureml.train.hyperdrive import (GridParameterSampling, HyperDriveConfig,
                                      PrimaryMetricGoal, choice)
from azureml.widgets import RunDetails
params = GridParameterSampling({'--learning_rate': choice(0.01, 0.1),
                                '--n_estimators': choice(10)})
hyperdrive = HyperDriveConfig(run_config=script_config, hyperparameter_sampling=params,
    policy=None, primary_metric_name='AUC', primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=6, max_concurrent_runs=2)
experiment = Experiment(workspace=ws, name='mslearn-diabetes-hyperdrive')
run = experiment.submit(config=hyperdrive)
RunDetails(run).show()
run.wait_for_completion()
for child_run in run.get_children_sorted_by_primary_metric():
    print(child_run)
best_run = run.get_best_run_by_primary_metric()
print('AUC:', best_run.get_metrics()['AUC'])
print('Arguments:', best_run.get_details()['runDefinition']['arguments'][2:])
""",
    """
from azureml.core import Model
best_run.register_model(model_path='outputs/diabetes_model.pkl', model_name='diabetes_model',
                        tags={'Training context': 'Hyperdrive'},
                        properties={'AUC': best_run.get_metrics()['AUC']})
for model in Model.list(ws):
    print(model.name, 'version:', model.version)
    for tag_name in model.tags:
        print(tag_name, ':', model.tags[tag_name])
""",
    """
from azureml.core.model import InferenceConfig
from azureml.core.webservice import AciWebservice
inference_config = InferenceConfig(entry_script="score.py", environment=env)
deployment_config = AciWebservice.deploy_configuration(cpu_cores=1, memory_gb=1)
""",
    (
        "service = Model.deploy(ws, 'svc', [model], inference_config, deployment_config)",
        "CloudOnlyError",
    ),
    "model.delete()\nprint(ws.models)",
]

OF_2018 = [
    ONE_LINE,
    """
from azureml.core import Workspace, Experiment
from azureml.train.estimator import Estimator
from azureml.train.hyperdrive import *
from azureml.core.compute import BatchAiCompute, ComputeTarget
ws = Workspace.from_config()
if 'cluster' not in [target.name for target in ws.compute_targets()]:
    config = BatchAiCompute.provisioning_configuration(vm_size="STANDARD_D2_V2",
        autoscale_enabled=True, cluster_min_nodes=0, cluster_max_nodes=4)
    cluster = ComputeTarget.create(ws, 'cluster', config)
""",
    """%%writefile ridge.py
import argparse
from azureml.core.run import Run
parser = argparse.ArgumentParser()
parser.add_argument('--alpha', type=float)
args = parser.parse_args()
run = Run.get_context()
run.log('mse', (args.alpha - 0.4) ** 2)
""",
    """
est = Estimator(source_directory='.', script_params={'--alpha': 0.1}, compute_target=cluster,
                entry_script='ridge.py', conda_packages=[])
hrc = HyperDriveRunConfig(estimator=est,
    hyperparameter_sampling=GridParameterSampling({'alpha': choice(0.1, 0.4, 0.9)}),
    primary_metric_name='mse', primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
    max_total_runs=3, max_concurrent_runs=2)
hr = Experiment(ws, 'ridge').submit(hrc)
hr.wait_for_completion()
metrics = {r.id: r.get_metrics() for r in hr.get_children() if 'mse' in r.get_metrics().keys()}
best_id = min(metrics, key=lambda run_id: metrics[run_id]['mse'])
best = hr.get_best_run_by_primary_metric()
print(best.id == best_id, best.get_details()['runDefinition']['Arguments'])
""",
]


@pytest.fixture
def kernel(tmp_path):
    """Return a kernel in a folder of the test's own."""
    with JupyterKernel(Path(sys.executable), tmp_path) as running:
        yield running


def run_all(kernel, cells):
    """Run cells as "Run All" does, and return what they print."""
    texts = []
    for cell in cells:
        source, error = cell if isinstance(cell, tuple) else (cell, None)
        ended = kernel.run(source)
        assert ended.reply.get("ename") == error, (source, ended.reply)
        texts.append(ended.text)
    return "".join(texts)


def test_a_classroom_notebook(kernel):
    said = run_all(kernel, CLASSROOM)
    assert "Workspace name: local\nAzure region: local" in said
    assert "Succeeded" in said
    assert "outputs/model.joblib\nTrue\n" in said
    assert said.endswith("3\nNone\n")


def test_a_classroom_notebook_is_run_again(kernel):
    run_all(kernel, CLASSROOM[:3])
    assert "found" in run_all(kernel, CLASSROOM[:3])


def test_a_capstone_notebook(kernel):
    said = run_all(kernel, CAPSTONE)
    assert "Uploaded 2 files" in said
    assert "{'run_id': 'HD_" in said
    assert "AUC: 0.6\nArguments: ['--learning_rate', '0.1', '--n_estimators', '10']" in said
    assert "diabetes_model version: 1\nTraining context : Hyperdrive" in said
    assert said.endswith("{}\n")


def test_a_notebook_of_2018(kernel):
    said = run_all(kernel, OF_2018)
    assert said.endswith("True ['--alpha', '0.1', '--alpha', '0.4']\n")
