"""Found through PYTHONPATH by processes that a script has started; hands over to hdwidget's."""

import importlib

from hdwidget.azureml import install

install()
importlib.import_module("azureml")  # ours now, and what the importer gets
