"""The WSGI entry point: `gunicorn wsgi:app`, with the settings in the environment."""

from portal.operations.app import create_app
from portal.operations.startup_checks import refuse_unready
from portal.platform.runtime import Runtime
from portal.platform.settings import read_settings

app = create_app(read_settings())
parts: Runtime = app.extensions["portal"]
refuse_unready(parts)
parts.close()  # each process opens connections of its own
