"""The load that NATS gets, as a process of its own, in a Python that has its client."""

import asyncio
import json
import os
import sys
import time

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from . import sample
from .follower import Follower


async def create(stream):
    await stream.add_stream(name="events", subjects=["client.*"])


async def append(stream, callers, seconds):
    waits = []
    end = time.perf_counter() + seconds

    async def run(caller):
        subject = f"client.{os.getpid()}-{caller}"
        last = time.perf_counter()
        while last < end:
            await stream.publish(subject, sample.PAYLOAD.encode(), timeout=30)
            now = time.perf_counter()
            waits.append((now - last) * 1e6)
            last = now

    await asyncio.gather(*(run(caller) for caller in range(callers)))
    return waits


async def fill(stream, count):
    streams = max(1, count // sample.EVENTS_PER_STREAM)
    start = time.perf_counter()
    for first in range(0, count, 500):
        await asyncio.gather(
            *(
                stream.publish(f"client.{place % streams}", sample.PAYLOAD.encode(), timeout=30)
                for place in range(first, min(first + 500, count))
            )
        )
    return count / (time.perf_counter() - start)


async def replay(stream):
    total = (await stream.stream_info("events")).state.messages
    settings = ConsumerConfig(ack_policy=AckPolicy.NONE)
    consumer = await stream.pull_subscribe("client.*", durable="replay", config=settings)
    start = time.perf_counter()
    seen = 0
    while seen < total:
        seen += len(await consumer.fetch(min(1000, total - seen), timeout=10))
    return seen / (time.perf_counter() - start)


async def tail(stream, rate, count):
    """How long after its receipt each event was seen by another process."""
    follower = Follower("nats_client", sys.argv[1], count)
    receipts = {}
    start = time.monotonic()
    for place in range(count):
        await asyncio.sleep(max(0, start + place / rate - time.monotonic()))
        answer = await stream.publish(f"client.{place}", sample.PAYLOAD.encode(), timeout=30)
        receipts[str(answer.seq)] = time.monotonic_ns()
    return follower.waits(receipts)


async def follow(stream, count):
    settings = ConsumerConfig(deliver_policy=DeliverPolicy.NEW, ack_policy=AckPolicy.NONE)
    messages = await stream.subscribe("client.*", config=settings)
    print("following", flush=True)
    seen = {}
    while len(seen) < count:
        message = await messages.next_msg(timeout=30)
        seen[message.metadata.sequence.stream] = time.monotonic_ns()
    return seen


async def count(stream):
    return (await stream.stream_info("events")).state.messages


async def main(port, question, *numbers):
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    answer = await globals()[question](
        client.jetstream(publish_async_max_pending=4096), *(int(float(n)) for n in numbers)
    )
    print(json.dumps(answer))
    await client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
