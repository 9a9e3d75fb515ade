"""The floor: a Flask route that reads one row by its primary key, and does nothing else."""

import os
from uuid import UUID

from flask import Flask, Response, jsonify
from sqlalchemy import LargeBinary, Uuid, column, select, table
from sqlalchemy.orm import sessionmaker

from portal.platform.core.database import open_engine

CUSTOMER = table("customer", column("id", Uuid()), column("sealed", LargeBinary()))


def create_app() -> Flask:
    """Build the bare application."""
    app = Flask(__name__)
    engine = open_engine(os.environ["BENCH_DATABASE"]).execution_options(reading=True)
    sessions = sessionmaker(engine)
    wanted = UUID(os.environ["BENCH_CUSTOMER"])

    @app.get("/row")
    def row() -> Response:
        with sessions() as session:
            sealed = session.scalar(select(CUSTOMER.c.sealed).where(CUSTOMER.c.id == wanted))
        return jsonify(length=len(sealed or b""))

    return app
