"""A reader without a browser: speaks the site's own protocol and measures each answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

KEPT_RUNS = 2  # a browser forgets messages that no run used for longer


@dataclass
class Answer:
    """One rerun: how long it took, how many bytes came, before compression on the wire."""

    seconds: float
    sent_bytes: int


@dataclass
class Reader:
    """One session; ticked boxes stay ticked, and unchanged elements are known by their hash."""

    host: str
    page: str = ""
    boxes: dict[str, str] = field(default_factory=dict)  # user key -> widget id
    ticked: dict[str, bool] = field(default_factory=dict)
    kept: list[set[str]] = field(default_factory=list)  # what the last runs sent, by hash

    def __post_init__(self) -> None:
        """Open the session."""
        self.socket = connect(
            f"ws://{self.host}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=f"http://{self.host}",
            max_size=None,
        )

    def close(self) -> None:
        """End the session."""
        self.socket.close()

    def rerun(self) -> Answer:
        """Run the page once with the boxes as they are."""
        asked = BackMsg()
        state = asked.rerun_script
        state.page_name = self.page
        state.cached_message_hashes.extend(set().union(*self.kept))
        self.kept = [set(), *self.kept][:KEPT_RUNS]
        for key, value in self.ticked.items():
            widget = state.widget_states.widgets.add()
            widget.id = self.boxes[key]
            widget.bool_value = value
        start, received = time.perf_counter(), 0
        self.socket.send(asked.SerializeToString())
        while True:
            data = self.socket.recv(timeout=60)
            received += len(data)
            message = ForwardMsg.FromString(data)
            self._note(message)
            if message.WhichOneof("type") == "script_finished":
                return Answer(time.perf_counter() - start, received)

    def _note(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            self.kept[0].add(message.ref_hash)
        elif message.hash and message.metadata.cacheable:
            self.kept[0].add(message.hash)
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "checkbox":
            element_id = message.delta.new_element.checkbox.id
            self.boxes[element_id.rsplit("-", 1)[-1]] = element_id
