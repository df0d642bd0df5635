"""The register: sign in, see what waits for you, and keep the rows of your place true."""

from geo.rights import PUBLIC
from ui import account, drafts, parts, records
from ui.frame import page

with page("records") as view:
    who = account.actor()
    if who == PUBLIC:
        parts.soft(view.say("account.why"))
        records.say_ended(view)
        account.sign_in_form(view)
    else:
        drafts.signed_in(who)
        parts.sentence(
            view.say(
                "account.who",
                name=who.name,
                role=account.role_text(who, view),
                place=account.place_text(who, view),
            )
        )
        records.show(who, view)
