"""Found through PYTHONPATH by processes that a script has started; hands over to hdwidget's."""

from hdwidget.azureml import install

install()
