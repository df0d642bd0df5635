"""Where the next stations help most, and why."""

from ui import siting
from ui.frame import page

with page("siting") as view:
    siting.show(view)
