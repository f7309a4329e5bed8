"""The questions about a whole store: rebuilding, what was on a day, and every kind of query."""

import sys
import time

from .figures import Unavailable, percentile
from .reference import Reference
from .store import Subject
from .table import Table

MAIN = ["access-grants", "audit-trail", "profile-states"]
# Nobody waits longer than this for one line of a table.
SECONDS_MAX = 20

# What is asked about the events of a sample; nothing, where an event says nothing of the kind.
QUERIES = [
    ("PatientUserState", lambda s: s.client and {"clientId": s.client}),
    ("ClientCard", lambda s: s.client and {"clientId": s.client}),
    ("AvailableActions", lambda s: s.client and {"clientId": s.client}),
    ("EnrolmentStatus", lambda s: s.client and {"clientId": s.client}),
    ("ContactList", lambda s: s.client and {"clientId": s.client}),
    ("MessageThreads", lambda s: s.client and {"clientId": s.client}),
    ("Letters", lambda s: s.client and {"clientId": s.client}),
    ("ProfileState", lambda s: s.id("profile") and {"profileId": s.id("profile")}),
    ("AccessGrants", lambda s: s.id("profile") and {"profileId": s.id("profile")}),
    (
        "EffectiveAccess",
        lambda s: s.id("profile")
        and s.id("portalAccount")
        and {"profileId": s.id("profile"), "accountId": s.id("portalAccount")},
    ),
    (
        "MultiProfileAccess",
        lambda s: s.id("portalAccount") and {"accountId": s.id("portalAccount")},
    ),
    (
        "ExplainAccess",
        lambda s: s.id("profile")
        and s.id("portalAccount")
        and {"profileId": s.id("profile"), "accountId": s.id("portalAccount")},
    ),
    ("AccessHistory", lambda s: s.id("profile") and {"profileId": s.id("profile")}),
    ("History", lambda s: s.client and {"subject": f"client/{s.client}"}),
    ("ActivityLog", lambda s: s.client and {"clientId": s.client}),
    ("AuditTrail, client", lambda s: s.client and {"clientId": s.client}),
    ("AuditTrail, correlation", lambda s: s.correlation and {"correlationId": s.correlation}),
    ("AuditTrail, an hour", lambda s: {"from": s.time, "to": s.later(hours=1)}),
    (
        "AuditTrail, actor in an hour",
        lambda s: {"actor": s.actor, "from": s.time, "to": s.later(hours=1)},
    ),
    (
        "AuditTrail, type in an hour",
        lambda s: {"type": s.type.split(".")[0], "from": s.time, "to": s.later(hours=1)},
    ),
    ("AuditTrail, actor, page of 50", lambda s: {"actor": s.actor, "limit": 50}),
    ("AuditTrail, type, page of 50", lambda s: {"type": s.type.split(".")[0], "limit": 50}),
    ("ClientList, page of 50", lambda s: {"limit": 50}),
]

# Those of them that the main projections alone answer.
OF_MAIN = ["PatientUserState", "AccessGrants", "ActivityLog", "AuditTrail"]

AS_OF = [
    "PatientUserState",
    "AccessGrants",
    "AvailableActions",
    "EffectiveAccess",
    "ActivityLog",
    "AuditTrail, client",
    "ExplainAccess",
    "AccessHistory",
    "History",
]


def rebuild(store, place):
    """Each projection alone, the main ones together, all together; and what bounds it."""
    names = store.names()
    store.rebuild([])
    title = f"Rebuild of projections from {store.sizes()['events']:,} events of the real mix"
    head = ["projections", "events/s", "processor µs/event", "seconds", "peak MB", "file MB"]
    table = Table(title, head)
    measured = {}
    for label, chosen in groups(names):
        found = store.rebuild(chosen)
        files = sum(store.projection_bytes(f"{name}.") for name in chosen or names) / 1e6
        measured[label] = {**found, "fileMegabytes": files}
        processor = found["processorSeconds"] / found["events"] * 1e6
        peak = found["memoryPeakMegabytes"]
        table.add(label, found["rate"], processor, found["seconds"], peak, files)
    try:
        bound, measured["reference"] = bounded(store, Reference(place), measured)
    except Unavailable as why:
        print(f"tools/bench: what bounds a rebuild: {why}", file=sys.stderr)
        return [table], measured
    return [table, bound], measured


def bounded(store, reference, rebuilt):
    """What of a rebuild is SQLite's: a C program that only binds the same values and steps the
    same statements. What it does not do is read the log, take the events apart, and find numbers of
    texts."""
    head = [
        "projections", "statements/event", "rebuild µs/event", "SQLite alone µs/event", "ratio",
        "of SQLite's: indexes", "reading the recording"
    ]
    table = Table("What bounds a rebuild: processor time of the same statements in C", head)
    measured = {name: reference.measure(store, name) for name in MAIN}
    together = "the main three"
    measured[together] = {
        part: sum(found[part] for found in measured.values()) for part in measured[MAIN[0]]
    }
    for name, found in measured.items():
        events = rebuilt[name]["events"]
        ours = rebuilt[name]["processorSeconds"] / events * 1e6
        applying, reading, all_of_it = (
            found[part] / events * 1e6
            for part in ("applyingSeconds", "readingSeconds", "processorSeconds")
        )
        ratio = f"{ours / all_of_it:.2f} ×"
        runs = found["runs"] / events
        table.add(name, runs, ours, all_of_it, ratio, all_of_it - applying, reading)
    return table, measured


def groups(names):
    """What is rebuilt in one go, by how it is called."""
    alone = [(name, [name]) for name in names]
    return alone + [("the main three", MAIN), ("all", [])]


def asof(store, count):
    """What was on some day, of one client: out of the log's index, not out of a projection."""
    head = ["read model", "asked", "p50 ms", "p99 ms", "p50 ms, nothing in memory", "p99 ms"]
    title = f"As of an earlier event, {store.sizes()['events']:,} events"
    table = Table(title, head)
    measured = {}
    queries = [(name, fields) for name, fields in QUERIES if name in AS_OF]
    with store.reader() as session:
        for name, fields in queries:
            chosen = subjects(store, fields, count)
            warm = ask(session, name, chosen, with_moment(fields))
            cold = ask(session, name, chosen[: count // 4], with_moment(fields), store.forget_files)
            measured[name] = {"warm": summary(warm), "cold": summary(cold)}
            table.add(name, len(warm), *milliseconds(warm), *milliseconds(cold))
    return [table], measured


def with_moment(fields):
    return lambda subject: {**fields(subject), "asOf": subject.sequence}


def queries(store, count):
    """Every kind of question about now."""
    head = ["query", "asked", "p50 ms", "p99 ms", "rows", "refused"]
    title = f"Queries, {store.sizes()['events']:,} events"
    table = Table(title, head)
    measured = {}
    with store.session() as session:
        measured["openingMilliseconds"] = session.opening_milliseconds
        for name, answers in answered(store, session, QUERIES, count):
            measured[name] = answers
            table.add(name, *answers.values())
    return [table], measured


def answered(store, session, questions, count):
    """What each question took."""
    for name, fields in questions:
        if not is_asked(store, name, fields):
            continue
        found = ask(session, name, subjects(store, fields, count), fields)
        rows = sum(answer.rows for answer in found) / max(1, len(found))
        refused = sum(answer.is_refused for answer in found)
        yield name, {**summary(found), "rows": rows, "refused": refused}


def history(store, count):
    """What somebody at a shell waits for: the whole program, from its start to its end."""
    head = ["command", "asked", "p50 ms", "p99 ms"]
    title = f"A program for each question, {store.sizes()['events']:,} events"
    table = Table(title, head)
    measured = {}
    of_clients = subjects(store, lambda subject: subject.client, count)
    commands = [
        ("history client", lambda s: ["history", f"client/{s.client}", "--json"]),
        ("show --at", lambda s: ["show", "PatientUserState", s.client, "--at", s.sequence]),
        ("show", lambda s: ["show", "PatientUserState", s.client]),
    ]
    for name, words in commands:
        times = [store.run(*words(subject)) for subject in of_clients]
        p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
        measured[name] = {"asked": len(times), "p50Milliseconds": p50, "p99Milliseconds": p99}
        table.add(name, len(times), p50, p99)
    return [table], measured


def is_asked(store, name, fields):
    """Whether the program knows what is asked for: some versions have no pages."""
    known = store.programs.fields(name.split(",")[0])
    if known is None:
        return False
    probe = fields(Subject(store.sample(1)[0])) or {}
    return "limit" not in probe or "limit" in known


def subjects(store, fields, count):
    """So many events that the question can be asked about, of at most ten times as many."""
    found = (Subject(line) for line in store.sample(count * 10))
    return [subject for subject in found if fields(subject)][:count]


class Answer:
    def __init__(self, reply, microseconds):
        self.microseconds = microseconds
        self.is_refused = not reply["ok"]
        result = reply.get("result")
        self.rows = len(result) if isinstance(result, list) else 1 if result else 0


def ask(session, name, chosen, fields, before=None):
    """The answers, as many as there is time for. The first one pays for what the process keeps."""
    query = name.split(",")[0]
    answers = []
    end = time.monotonic() + SECONDS_MAX
    for subject in chosen[:1] + chosen:
        if before:
            before()
        answers.append(Answer(*session.ask(query, fields(subject))))
        if time.monotonic() > end:
            print(f"tools/bench: {name}: only {len(answers)} in {SECONDS_MAX} s", file=sys.stderr)
            break
    return answers[1:] or answers


def milliseconds(answers):
    times = [answer.microseconds / 1e3 for answer in answers]
    return percentile(times, 0.5), percentile(times, 0.99)


def summary(answers):
    p50, p99 = milliseconds(answers)
    return {"asked": len(answers), "p50Milliseconds": p50, "p99Milliseconds": p99}


def point(store, count, smaller=None):
    """All that the cost curve shows of a store of one size.

    From the next smaller point it is known how much the projections will take; what does not fit on
    the disk is left out, and said.
    """
    sizes = store.sizes()
    opening = store.opening()
    found = {
        "events": sizes["events"],
        "lives": store.generation.get("lives"),
        "generationSeconds": store.generation.get("seconds"),
        "logBytesPerEvent": sizes["sealedBytesPerEvent"] + sizes["indexBytesPerEvent"],
        "plainBytesPerEvent": sizes["plainBytesPerEvent"],
        "logOpeningMilliseconds": opening["milliseconds"],
        "logOpeningMegabytes": opening["memoryPeakMegabytes"],
    }
    _, found["asof"] = asof(store, count)
    found["queries"] = {}
    for label, chosen in (("main", MAIN), ("all", [])):
        store.remove_projections()
        if not fits(store, sizes["events"], (smaller or {}).get(label)):
            print(f"tools/bench: no room on the disk to rebuild {label}", file=sys.stderr)
            continue
        found[label] = store.rebuild(chosen)
        found[label]["bytesPerEvent"] = store.projection_bytes() / sizes["events"]
        asked = [
            question
            for question in QUERIES
            if (question[0].split(",")[0] in OF_MAIN) == (label == "main")
        ]
        with store.reader() as session:
            found["queries"].update(answered(store, session, asked, count))
            found["openingMilliseconds"] = session.opening_milliseconds
    return found


def fits(store, events, smaller):
    """Whether there is room for as much for each event as a smaller store took, and a fifth more:
    indexes grow a little faster than rows, and SQLite sorts for them in files of its own."""
    return not smaller or smaller["bytesPerEvent"] * events * 1.2 < store.free_bytes()
