"""The WSGI entry point: `gunicorn wsgi:app`, with the settings in the environment."""

from portal.app import create_app
from portal.settings import read_settings

app = create_app(read_settings())
