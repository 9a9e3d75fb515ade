import threading

from sqlalchemy import event

from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message
from portal.desk.cases.service import open_case
from portal.platform.core.work import VISITOR
from tests.world import World

FILLED = {"name": "Vis Itor", "email": "visitor@example.org", "topic": "other", "message": "Hello"}


def test_a_form_sent_again_while_it_is_being_kept_is_one_case(world: World) -> None:
    visitor = world.visitor()
    form = visitor.open("/contact")
    once = form.value("once")
    is_waiting = threading.Event()
    answers: list[int] = []

    def send_again() -> None:
        data = {**FILLED, "csrf_token": form.value("csrf_token"), "once": once}
        answers.append(visitor.post("/contact", data).status_code)

    def notice(connection: object, cursor: object, statement: str, *rest: object) -> None:
        del connection, cursor, rest
        if threading.current_thread() is second and (
            statement.startswith(("INSERT INTO case_file", "BEGIN IMMEDIATE"))
        ):
            is_waiting.set()

    second = threading.Thread(target=send_again)
    engine = world.parts.sessions.engine
    event.listen(engine, "before_cursor_execute", notice)
    with world.work(VISITOR) as work:
        written = Message(
            name="Vis Itor", email="visitor@example.org", topic=Topic.OTHER, service="",
            text="Hello", once=once,
        )  # fmt: skip
        open_case(work, written, None)
        work.session.flush()
        second.start()
        assert is_waiting.wait(10), "the second has come as far as it can"
    second.join()
    event.remove(engine, "before_cursor_execute", notice)
    assert answers == [303]
    assert world.rows()["case_file"] == 1
    assert len(world.deliver()) == 1
