#!/usr/bin/env python3
"""Check an event log from outside, sharing no code with the program that wrote it.

    check_log.py DATA_DIR EVENT_SCHEMAS_DIR

Reads every line of DATA_DIR/log in order, sealed segments through the `lz4` command, and checks
the form of each line, the density of every sequence, CloudEvents 1.0, and each event's data
against its JSON Schema. Prints every finding as `segment:line: what`, then one summary line.
Exit status: 0 nothing found, 1 something found, 2 could not run. Needs `jsonschema`.
"""

import argparse
import base64
import binascii
import datetime
import json
import pathlib
import re
import shutil
import subprocess
import sys

# Required members and those that may be left out, in the order in which they must stand.
MEMBERS = [
    "specversion", "sequence", "id", "source", "type", "subject", "time", "streams", "commit",
    "actor", "client", "onbehalfof", "correlationid", "causationid", "traceparent", "data",
    "crc32c",
]
OPTIONAL = {"client", "onbehalfof", "correlationid", "causationid", "traceparent"}
CORE = {"specversion", "id", "source", "type", "subject", "time", "data"}
LINE_BYTES_MAX = 65_535

STRING_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"')
SEQUENCE = re.compile(r"[0-9]{20}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
TYPE = re.compile(r"[A-Za-z][A-Za-z0-9]*\.v[1-9][0-9]*")
STREAM = re.compile(r"([A-Za-z0-9\-_./:*]{1,200})@([1-9][0-9]{0,15})")
COMMIT = re.compile(r"([1-9][0-9]{0,15})/([1-9][0-9]{0,15})")
ACTOR = re.compile(r"(staff|portalUser)/[0-9a-f-]{36}|system/[A-Za-z0-9-]+|anonymous")
TRACE_PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
# RFC 3986 §4.1, the characters only, with whole percent escapes.
URI_REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class CannotRun(Exception):
    """The check itself is impossible; the reason is for the operator."""


def crc32c_entry(value):
    for _ in range(8):
        value = (value >> 1) ^ 0x82F63B78 if value & 1 else value >> 1
    return value


CRC_TABLE = [crc32c_entry(value) for value in range(256)]


def crc32c(data):
    """CRC-32C (Castagnoli), eight hexadecimal digits."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return f"{crc ^ 0xFFFFFFFF:08x}"


def base64url(text):
    """The bytes of unpadded base64url; None if the text is not the one form of any bytes."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text else None


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def unique_members(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a name is repeated in an object")
    return dict(pairs)


def fits(pattern, value):
    """Whether a string has a form; what is no string is left to the schema's `type`."""
    return not isinstance(value, str) or pattern.fullmatch(value) is not None


def is_moment(value):
    if not isinstance(value, str):
        return True
    try:
        datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


class Schemas:
    """The validator of each event type. Formats are checked by ourselves: `jsonschema` passes
    those for which an optional package is not installed."""

    def __init__(self, directory):
        try:
            import jsonschema
        except ImportError as error:
            raise CannotRun("needs a Python package: pip install jsonschema") from error
        if not directory.is_dir():
            raise CannotRun(f"{directory} is not a directory")
        self.library = jsonschema
        self.formats = jsonschema.FormatChecker(formats=())
        self.formats.checks("uuid")(lambda text: fits(UUID, text))
        self.formats.checks("date-time")(lambda text: fits(RFC3339, text) and is_moment(text))
        self.formats.checks("date")(lambda text: fits(DATE, text) and is_moment(text))
        self.validators = {}
        for file in sorted(directory.glob("*.json")):
            if not file.name.endswith(".sample.json"):
                self.validators[file.name.removesuffix(".json")] = self.validator(file)
        if not self.validators:
            raise CannotRun(f"{directory} holds no schemas")

    def validator(self, file):
        kind = self.library.Draft202012Validator
        try:
            schema = json.loads(file.read_bytes())
            kind.check_schema(schema)
        except (ValueError, self.library.SchemaError) as error:
            raise CannotRun(f"{file} is not a JSON Schema: {error}") from error
        return kind(schema, format_checker=self.formats)

    def findings(self, event):
        validator = self.validators.get(event["type"])
        if validator is None:
            yield f"there is no schema of {event['type']}"
            return
        for error in validator.iter_errors(event["data"]):
            yield f"data{error.json_path[1:]}: {error.message}"
        if isinstance(event["data"], dict) and "personal" in event["data"]:
            personal = validator.schema.get("properties", {}).get("personal", {})
            key = resolved_key(personal.get("x-key"), event["data"])
            yield from sealed_findings(event["data"]["personal"], key)


def resolved_key(template, data):
    """`client/{clientId}` with the fields filled in; None if that is not possible here."""
    names = re.findall(r"\{([^}]*)\}", template or "")
    if not template or not all(isinstance(data.get(name), str) for name in names):
        return None
    return re.sub(r"\{([^}]*)\}", lambda match: data[match[1]], template)


def sealed_findings(text, key):
    parts = text.split(".") if isinstance(text, str) else []
    if len(parts) != 5:
        yield "data.personal is not a compact JWE of five parts"
        return
    header, encrypted_key, nonce, ciphertext, tag = parts
    if encrypted_key:
        yield "data.personal carries an encrypted key"
    for name, part, size in [("initialization vector", nonce, 12), ("tag", tag, 16)]:
        if len(base64url(part) or b"") != size:
            yield f"data.personal's {name} is not {size} bytes in base64url"
    if base64url(ciphertext) is None:
        yield "data.personal's ciphertext is not base64url"
    try:
        fields = json.loads(base64url(header) or b"", object_pairs_hook=unique_members)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or list(fields) != ["alg", "enc", "kid"]:
        yield "data.personal's header is not alg, enc and kid"
    elif (fields["alg"], fields["enc"]) != ("dir", "A256GCM"):
        yield f"data.personal is sealed with {fields['alg']} and {fields['enc']}"
    elif key is not None and fields["kid"] != key:
        yield f"data.personal is sealed for {fields['kid']} and not for {key}"


def form_findings(line):
    """What is wrong with the bytes of a line, and the event if it can be read at all."""
    if len(line) > LINE_BYTES_MAX:
        yield f"the line has {len(line)} bytes, more than {LINE_BYTES_MAX}", None
    try:
        text = line.decode("utf-8")
        event = json.loads(
            text, object_pairs_hook=unique_members, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        yield f"it is not valid JSON: {error}", None
        return
    if not isinstance(event, dict):
        yield "it is not a JSON object", None
        return
    if re.search(r"\s", STRING_TOKEN.sub("", text)):
        yield "there is white space between its tokens", None
    if any(json.dumps(json.loads(t), ensure_ascii=False) != t for t in STRING_TOKEN.findall(text)):
        yield "a string is escaped where it need not be", None
    for finding in member_findings(list(event)):
        yield finding, None
    start = line.rfind(b',"crc32c"')
    found = crc32c(line[:start])
    if start < 0 or line[start:] != b',"crc32c":"' + found.encode() + b'"}':
        yield f"crc32c is {event.get('crc32c')!r}, the bytes give {found}", None
    yield None, event


def member_findings(names):
    for name in names:
        if not re.fullmatch(r"[a-z0-9]+", name) or (name not in CORE and len(name) > 20):
            yield f"{name!r} is no name of a CloudEvents attribute"
        if name not in MEMBERS:
            yield f"{name!r} is not a member of an event of this log"
    for name in MEMBERS:
        if name not in names and name not in OPTIONAL:
            yield f"{name} is missing"
    known = [name for name in names if name in MEMBERS]
    if known != sorted(known, key=MEMBERS.index):
        yield "the members are not in their order"


def value_findings(event):
    patterns = {
        "sequence": SEQUENCE, "id": UUID7, "source": URI_REFERENCE,
        "type": TYPE, "time": TIME, "commit": COMMIT, "actor": ACTOR, "client": UUID,
        "traceparent": TRACE_PARENT,
    }
    for name, value in event.items():
        if name == "data":
            if not isinstance(value, dict):
                yield "data is not an object"
        elif not isinstance(value, str) or not value:
            yield f"{name} is not a string with something in it"
        elif name in patterns and not patterns[name].fullmatch(value):
            yield f"{name} is {value!r}, which is not its form"
    if event.get("specversion") != "1.0":
        yield f"specversion is {event.get('specversion')!r} and not '1.0'"
    if fits(TIME, event.get("time")) and not is_moment(event.get("time")):
        yield f"time is {event['time']!r}, and there is no such moment"


class Log:
    """What must hold from one line to the next."""

    def __init__(self, schemas):
        self.schemas = schemas
        self.line_count = 0
        self.sequence = 0
        self.ids = set()
        self.versions = {}
        self.commit = (0, 0)

    def findings(self, line):
        self.line_count += 1
        event = None
        for finding, read in form_findings(line):
            event = read
            if finding:
                yield finding
        if event is None:
            # Still counted, so that one damaged line does not make every later one a finding.
            self.sequence += 1
            return
        yield from value_findings(event)
        event = {name: event.get(name) for name in MEMBERS}
        yield from self.sequence_findings(event["sequence"])
        yield from self.id_findings(event["id"])
        yield from self.stream_findings(event["streams"], event["subject"])
        yield from self.commit_findings(event["commit"])
        if isinstance(event["type"], str) and event["data"] is not None:
            yield from self.schemas.findings(event)

    def sequence_findings(self, text):
        expected = self.sequence + 1
        found = expected
        if isinstance(text, str) and SEQUENCE.fullmatch(text):
            found = int(text)
        if found != expected:
            yield f"sequence is {found} where {expected} must come"
        self.sequence = found

    def id_findings(self, text):
        if not isinstance(text, str):
            return
        if text in self.ids:
            yield f"id {text} was there before"
        self.ids.add(text)

    def stream_findings(self, text, subject):
        names = []
        for part in text.split(" ") if isinstance(text, str) else []:
            match = STREAM.fullmatch(part)
            if not match:
                yield f"{part!r} in streams is not a stream with a version"
                continue
            name, version = match[1], int(match[2])
            names.append(name)
            expected = self.versions.get(name, 0) + 1
            if version != expected:
                yield f"{name} is at version {version} where {expected} must come"
            self.versions[name] = version
        if names and names[0] != subject:
            yield f"subject is {subject!r}, and not the first of streams"

    def commit_findings(self, text):
        match = COMMIT.fullmatch(text) if isinstance(text, str) else None
        if not match:
            return
        place, count = int(match[1]), int(match[2])
        last, last_count = self.commit
        expected = (last + 1, last_count) if last < last_count else (1, count)
        if (place, count) != expected or place > count:
            yield f"commit is {text} after {last}/{last_count}"
        self.commit = (place, count)

    def end_findings(self):
        place, count = self.commit
        if place < count:
            yield f"the last commit ends at {place} of {count}"


def segments(directory):
    """Plain and sealed segment files, by name; `current.jsonl` is only a link to one."""
    files = {}
    for file in sorted(directory.iterdir()):
        match = re.fullmatch(r"(\d{20})\.jsonl(\.lz4)?", file.name)
        if match:
            files.setdefault(int(match[1]), []).append(file)
    return sorted(files.items())


def segment_bytes(file):
    """The text of a segment, and what `lz4` said against it."""
    if file.suffix != ".lz4":
        return file.read_bytes(), None
    if shutil.which("lz4") is None:
        raise CannotRun("needs the command lz4 to read sealed segments")
    result = subprocess.run(["lz4", "-dc", str(file)], capture_output=True, check=False)
    error = result.stderr.decode(errors="replace").strip() if result.returncode else None
    return result.stdout, error


def segment_findings(first, files, log):
    """Pairs of a place and a finding. A plain segment may still stand beside its sealed form."""
    text, error = segment_bytes(files[0])
    name = files[0].name
    if error:
        yield f"{name}:1", f"it cannot be decompressed: {error}"
    for other in files[1:]:
        if segment_bytes(other)[0] != text:
            yield f"{other.name}:1", f"it differs from {name}"
    if first != log.sequence + 1:
        yield f"{name}:1", f"its name says {first} where {log.sequence + 1} must come"
    lines = text.split(b"\n")
    rest = lines.pop()
    for number, line in enumerate(lines, 1):
        for finding in log.findings(line):
            yield f"{name}:{number}", finding
    if rest:
        yield f"{name}:{len(lines) + 1}", "the last line does not end with a line feed"


def check(data_directory, schema_directory):
    """All findings as lines of text, and the summary."""
    directory = data_directory / "log"
    if not directory.is_dir():
        raise CannotRun(f"{directory} is not a directory")
    log = Log(Schemas(schema_directory))
    found = []
    files = segments(directory)
    for first, group in files:
        found += [f"{place}: {what}" for place, what in segment_findings(first, group, log)]
    last_name = files[-1][1][0].name if files else "log"
    found += [f"{last_name}:end: {what}" for what in log.end_findings()]
    counts = f"{len(files)} segments, {log.line_count} lines, {len(log.versions)} streams"
    return found, f"{counts}, {len(found)} findings"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data_directory", type=pathlib.Path, metavar="DATA_DIR")
    parser.add_argument("schema_directory", type=pathlib.Path, metavar="EVENT_SCHEMAS_DIR")
    options = parser.parse_args(arguments)
    try:
        found, summary = check(options.data_directory, options.schema_directory)
    except (CannotRun, OSError) as error:
        print(f"check_log: {error}", file=sys.stderr)
        return 2
    for line in found:
        print(line.encode("utf-8", "backslashreplace").decode())
    print(summary)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
