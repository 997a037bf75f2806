"""What people do with returns over HTTP, on a running platform of one district."""

from __future__ import annotations

from whistle.testing import wait_for

QI = "qi"
BASIS = "《城市供水条例》第三条"


def post(platform, path, role="district", sub="王局长", **body):
    return platform.http("POST", f"/api/v1/dispatches/{path}", body, token=platform.token(role, QI, sub=sub))


def file(platform, text="小区停水三天"):
    body = {"text": text, "district": QI, "door": "office_phone", "contact": {}}
    return platform.people().call("POST", "/api/v1/cases", body)["no"]


def dispatches(platform, no):
    return platform.http("GET", f"/api/v1/dispatches?no={no}").body["dispatches"]


def leading(platform, no, *, but=()):
    """The open dispatch of who leads, once there is one."""

    def found():
        at_work = [
            one
            for one in dispatches(platform, no)
            if one["role"] == "lead" and one["state"] in ("sent", "signed", "arrived")
        ]
        return at_work[-1] if at_work and at_work[-1]["id"] not in but else None

    return wait_for(found, timeout=30, what="somebody to lead")


def give_back(platform, about, **more):
    return post(
        platform,
        f"{about['id']}/actions",
        role="worker",
        **{"action": "return", "by": "张工", "basis": BASIS, **more},
    )


def pleas(platform, kind, no, state="open"):
    page = platform.http("GET", f"/api/v1/dispatches/pleas?kind={kind}&no={no}&state={state}").body
    return page["pleas"]


def told(platform, no, kind):
    def found():
        return [e["data"] for e in platform.case(no)["timeline"] if e["kind"] == kind]

    return wait_for(found, timeout=30, what=f"{kind} on the timeline")


def ruled_case(platform, text="小区停水三天"):
    """A case given back by two units, each return accepted; the plea to the arbiter."""
    no = file(platform, text)
    first = leading(platform, no)
    for about in (first, None):
        about = about or leading(platform, no, but={first["id"]})
        assert 200 == give_back(platform, about).status
        (plea,) = pleas(platform, "return", no)
        assert 200 == post(platform, f"reviews/{plea['id']}", accept=True, reason="属实").status
    (plea,) = pleas(platform, "ruling", no)
    return no, first, plea
