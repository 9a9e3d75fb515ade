"""The WSGI entry point: `gunicorn wsgi:app`, with the settings in the environment."""

from portal.app import create_app
from portal.readiness import refuse_unready
from portal.runtime import Runtime
from portal.settings import read_settings

app = create_app(read_settings())
parts: Runtime = app.extensions["portal"]
refuse_unready(parts)
parts.close()  # each process opens connections of its own
