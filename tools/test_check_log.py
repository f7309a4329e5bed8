"""Shows each check of check_log.py failing on a made-up log. Run: python3 -m unittest"""

import base64
import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import check_log  # noqa: E402

CLIENT = "01934a5e-7c10-7002-8a3b-0242ac12002c"
STREAM = f"client/{CLIENT}"
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
    "properties": {
        "clientId": {"type": "string", "format": "uuid"},
        "note": {"type": "string"},
        "on": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "personal": {"type": "string", "x-key": "client/{clientId}"},
    },
    "required": ["clientId"], "additionalProperties": False,
}


def sealed(header=None, encrypted_key="", nonce=bytes(12), tag=bytes(16)):
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    header = header or {"alg": "dir", "enc": "A256GCM", "kid": STREAM}
    text = json.dumps(header, separators=(",", ":")).encode()
    return ".".join([part(text), encrypted_key, part(nonce), part(b"x"), part(tag)])


def event(number, **changes):
    """A good event; a change to None leaves the member out, `data_x` changes a field of data."""
    members = {
        "specversion": "1.0", "sequence": f"{number:020d}",
        "id": f"01934a5e-7c10-7{number:03x}-8a3b-0242ac1200f2",
        "source": "/organisations/01934a5e-7c10-7001-8a3b-0242ac120001",
        "type": "ClientNoted.v1", "subject": STREAM, "time": "2026-11-21T04:25:01.123456Z",
        "streams": f"{STREAM}@{number}", "commit": "1/1", "actor": "system/import",
        "data": {"clientId": CLIENT, "note": "Zoë\n"},
    }
    for name, value in changes.items():
        if name.startswith("data_"):
            members["data"] = {**members["data"], name.removeprefix("data_"): value}
        elif value is None:
            del members[name]
        else:
            members[name] = value
    order = check_log.MEMBERS
    known = sorted((n for n in members if n in order), key=order.index)
    return {name: members[name] for name in known + [n for n in members if n not in order]}


def line(members):
    if isinstance(members, bytes):
        return members
    text = json.dumps(members, separators=(",", ":"), ensure_ascii=False)
    return signed(text.encode().removesuffix(b"}"))


def signed(body):
    return body + b',"crc32c":"' + check_log.crc32c(body).encode() + b'"}\n'


class CheckLogTests(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)
        self.schemas = self.directory / "EventSchemas"
        self.log = self.directory / "log"
        self.schemas.mkdir()
        self.log.mkdir()
        (self.schemas / "ClientNoted.v1.json").write_text(json.dumps(SCHEMA))
        (self.schemas / "ClientNoted.v1.sample.json").write_text("{}")

    def segment(self, first, *events, end=b""):
        file = self.log / f"{first:020d}.jsonl"
        file.write_bytes(b"".join(line(members) for members in events) + end)
        return file

    def run_check(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            status = check_log.main([str(self.directory), str(self.schemas)])
        return status, output.getvalue()

    def assert_clean(self):
        self.assertEqual(self.run_check()[0], 0, self.run_check()[1])

    def assert_found(self, *texts):
        """Each text is in a finding, and there are no more findings than texts."""
        status, output = self.run_check()
        self.assertEqual(status, 1, output)
        for text in texts:
            self.assertIn(text, output)
        self.assertEqual(len(output.splitlines()) - 1, len(texts), output)

    def assert_event_found(self, *texts, **changes):
        self.segment(1, event(1), event(2, **changes), event(3))
        self.assert_found(*texts)

    def test_a_good_log_is_clean(self):
        self.segment(1, event(1), event(2, commit="1/2"), event(3, commit="2/2"))
        newest = self.segment(4, event(4, data_personal=sealed(), client=CLIENT, onbehalfof="x/1",
                                       data_on="2026-02-28", data_at="2026-02-28T10:00:00Z"))
        (self.log / "current.jsonl").symlink_to(newest.name)
        self.assert_clean()
        self.assertIn("2 segments, 4 lines, 1 streams, 0 findings", self.run_check()[1])

    def test_an_empty_log_is_clean(self):
        self.assert_clean()

    def test_the_checksum_is_castagnolis(self):
        self.assertEqual(check_log.crc32c(b"123456789"), "e3069283")

    def test_invalid_json(self):
        self.segment(1, event(1), b"{oops\n", event(3, streams=f"{STREAM}@2"))
        self.assert_found("00000000000000000001.jsonl:2: it is not valid JSON")

    def test_json_that_only_python_reads(self):
        self.segment(1, b'{"a":NaN}\n')
        self.assert_found("NaN is not JSON")

    def test_nothing_in_a_line_stops_the_check(self):
        for text in [b"[" * 60_000, b'{"id":[],"sequence":{},"streams":7,"type":[],"commit":[]}',
                     b'{"sequence":"' + b"9" * 5000 + b'","commit":"1/' + b"9" * 5000 + b'"}',
                     b'{"subject":"\\ud800"}', b'{"type":"ClientNoted.v1","data":{"personal":7}}']:
            with self.subTest(text[:20]):
                self.segment(1, text + b"\n")
                status, output = self.run_check()
                self.assertEqual(status, 1)
                self.assertIn("1 lines", output)

    def test_invalid_utf8(self):
        self.segment(1, b"\xff\n")
        self.assert_found("it is not valid JSON")

    def test_not_an_object(self):
        self.segment(1, b"[]\n")
        self.assert_found("it is not a JSON object")

    def test_a_repeated_name(self):
        body = line(event(1)).split(b',"crc32c"')[0]
        self.segment(1, signed(body.replace(b'"note"', b'"clientId"')))
        self.assert_found("a name is repeated")

    def test_white_space(self):
        body = line(event(1)).split(b',"crc32c"')[0]
        self.segment(1, signed(body.replace(b'"actor":', b'"actor": ')))
        self.assert_found("white space")

    def test_a_needless_escape(self):
        body = line(event(1)).split(b',"crc32c"')[0]
        self.segment(1, signed(body.replace("ë".encode(), b"\\u00eb")))
        self.assert_found("escaped where it need not be")

    def test_members_out_of_order(self):
        members = event(1)
        self.segment(1, {"sequence": members.pop("sequence"), **members})
        self.assert_found("not in their order")

    def test_no_line_feed_at_the_end(self):
        self.segment(1, event(1), end=b'{"specversion"')
        self.assert_found("00000000000000000001.jsonl:2: the last line does not end")

    def test_a_line_too_long(self):
        self.segment(1, event(1, data_note="x" * 65_535))
        self.assert_found("more than 65535")

    def test_the_longest_line(self):
        frame = len(line(event(1, data_note=""))) - 1
        self.segment(1, event(1, data_note="x" * (65_535 - frame)))
        self.assert_clean()

    def test_a_changed_byte(self):
        self.segment(1, line(event(1)).replace(b"import", b"impart"))
        self.assert_found("the bytes give")

    def test_a_missing_checksum(self):
        self.segment(1, json.dumps(event(1), separators=(",", ":"), ensure_ascii=False).encode()
                     + b"\n")
        self.assert_found("crc32c is missing", "the bytes give")

    def test_a_gap(self):
        self.segment(1, event(1), event(3, streams=f"{STREAM}@2"))
        self.assert_found("sequence is 3 where 2 must come")

    def test_a_repeated_sequence(self):
        self.segment(1, event(1), event(1, id=event(2)["id"], streams=f"{STREAM}@2"))
        self.assert_found("sequence is 1 where 2 must come")

    def test_a_lost_segment(self):
        self.segment(1, event(1))
        self.segment(3, event(3, streams=f"{STREAM}@2"))
        self.assert_found("its name says 3 where 2 must come", "sequence is 3")

    def test_a_short_sequence(self):
        self.assert_event_found("sequence is '2'", sequence="2")

    def test_a_repeated_id(self):
        self.assert_event_found("was there before", id=event(1)["id"])

    def test_ids_that_are_not_version_7_lower_case(self):
        good = event(2)["id"]
        for text in [good.upper(), good.replace("-7", "-4"), good.replace("-8", "-c"), "x"]:
            with self.subTest(text):
                self.assert_event_found("id is", id=text)

    def test_times_in_another_form(self):
        for text in ["2026-11-21T04:25:01Z", "2026-11-21T04:25:01.123456+00:00",
                     "2026-02-30T04:25:01.123456Z"]:
            with self.subTest(text):
                self.assert_event_found("time is", time=text)

    def test_a_stream_version_left_out(self):
        self.segment(1, event(1), event(2, streams=f"{STREAM}@3"), event(3, streams=f"{STREAM}@4"))
        self.assert_found("is at version 3 where 2 must come")

    def test_a_second_stream_of_an_event_counts_too(self):
        self.assert_event_found("x/1 is at version 2", streams=f"{STREAM}@2 x/1@2")

    def test_a_stream_without_version(self):
        self.assert_event_found("is not a stream with a version", streams=f"{STREAM}@2 x/1")

    def test_a_subject_that_is_not_the_first_stream(self):
        self.assert_event_found("subject is 'x/1'", subject="x/1")

    def test_a_commit_cut_off_at_the_end(self):
        self.segment(1, event(1), event(2, commit="1/2"))
        self.assert_found("the last commit ends at 1 of 2")

    def test_a_commit_cut_off_in_the_middle(self):
        self.segment(1, event(1, commit="1/2"), event(2))
        self.assert_found("commit is 1/1 after 1/2")

    def test_a_commit_that_starts_late(self):
        self.segment(1, event(1, commit="2/2"))
        self.assert_found("commit is 2/2 after 0/0")

    def test_required_members(self):
        for name in ["specversion", "id", "source", "type", "actor", "data"]:
            with self.subTest(name):
                self.segment(1, event(1, **{name: None}))
                status, output = self.run_check()
                self.assertEqual(status, 1)
                self.assertIn(f"{name} is missing", output)

    def test_attribute_values(self):
        cases = {
            "specversion": "0.3", "source": "/a b", "type": "", "actor": "somebody",
            "client": "x", "correlationid": "", "causationid": 7, "traceparent": "00-1-2-3",
            "data": [],
        }
        for name, value in cases.items():
            with self.subTest(name):
                self.segment(1, event(1, **{name: value}))
                status, output = self.run_check()
                self.assertEqual(status, 1)
                self.assertIn(f"{name} is", output)

    def test_extension_names(self):
        for name in ["correlationID", "a_b", "a" * 21]:
            with self.subTest(name):
                self.assert_event_found(
                    f"{name!r} is no name of a CloudEvents attribute",
                    f"{name!r} is not a member", **{name: "x"})

    def test_an_extension_that_is_not_ours(self):
        self.assert_event_found("'tenant' is not a member", tenant="x")

    def test_data_against_its_schema(self):
        cases = {"clientId": "x", "note": 7, "on": "2026-02-30", "at": "yesterday", "more": "x"}
        for name, value in cases.items():
            with self.subTest(name):
                self.assert_event_found("data", **{f"data_{name}": value})

    def test_a_type_without_schema(self):
        self.assert_event_found("there is no schema of Unheard.v1", type="Unheard.v1")

    def test_personal_fields_in_clear(self):
        self.assert_event_found("not a compact JWE", data_personal="Ada Ibsen")

    def test_personal_fields_sealed_otherwise(self):
        kid = {"kid": STREAM}
        cases = {
            "encrypted key": sealed(encrypted_key="AAAA"),
            "is not 12 bytes": sealed(nonce=bytes(11)),
            "is not 16 bytes": sealed(tag=bytes(15)),
            "header is not": sealed(header={"alg": "dir", "enc": "A256GCM"}),
            "sealed with none": sealed(header={"alg": "none", "enc": "A256GCM", **kid}),
            "sealed for x": sealed(header={"alg": "dir", "enc": "A256GCM", "kid": "x"}),
            "ciphertext is not": sealed().replace(".eA.", ".eB."),
        }
        for text, personal in cases.items():
            with self.subTest(text):
                self.assert_event_found(text, data_personal=personal)

    def test_it_cannot_run(self):
        shutil.rmtree(self.log)
        self.assertEqual(self.run_check()[0], 2)
        self.log.mkdir()
        (self.schemas / "ClientNoted.v1.json").write_text('{"type":7}')
        self.assertEqual(self.run_check()[0], 2)
        shutil.rmtree(self.schemas)
        self.assertEqual(self.run_check()[0], 2)


@unittest.skipUnless(shutil.which("lz4"), "needs the command lz4")
class SealedSegmentTests(CheckLogTests):
    """All of the above on sealed segments, and what can go wrong with these alone."""

    def segment(self, first, *events, end=b""):
        plain = super().segment(first, *events, end=end)
        self.seal(plain)
        plain.unlink()
        return plain.with_name(plain.name + ".lz4")

    def seal(self, plain):
        sealed_file = plain.with_name(plain.name + ".lz4")
        subprocess.run(["lz4", "-qf", str(plain), str(sealed_file)], check=True)
        # A skippable frame behind the text, as in real sealed segments.
        with sealed_file.open("ab") as file:
            file.write(b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc")
        return sealed_file

    def assert_found(self, *texts):
        super().assert_found(*(text.replace(".jsonl:", ".jsonl.lz4:") for text in texts))

    def test_a_damaged_frame(self):
        file = self.segment(1, event(1))
        data = bytearray(file.read_bytes())
        data[40] ^= 0xFF
        file.write_bytes(data)
        status, output = self.run_check()
        self.assertEqual(status, 1)
        self.assertIn("cannot be decompressed", output)

    def test_plain_and_sealed_beside_each_other(self):
        plain = CheckLogTests.segment(self, 1, event(1))
        self.seal(plain)
        self.assert_clean()
        CheckLogTests.segment(self, 1, event(1, data_note="other"))
        self.assert_found("differs from")


if __name__ == "__main__":
    unittest.main()
