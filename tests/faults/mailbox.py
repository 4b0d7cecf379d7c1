"""A mail server in a process of its own, run as `python -m tests.faults.mailbox FILE`: it prints its port, and each
message that it takes is a line `recipient message-id` of FILE, written before it answers."""

import asyncio
import os
import random
import sys
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP


class Mailbox:
    """Takes everything; its answer takes a moment, as a real one's does, so that a kill can fall before it."""

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The message is taken here, and the sender told a little later."""
        number = str(message_from_bytes(envelope.content)["Message-ID"])
        os.write(self.file, f"{envelope.rcpt_tos[0]} {number}\n".encode())
        await asyncio.sleep(random.uniform(0, 0.002))
        return "250 taken"


async def serve(path: str) -> None:
    """Until it is killed."""
    mailbox = Mailbox(path)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(mailbox, hostname="localhost"), "127.0.0.1", 0)
    async with server:
        print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201  read by the test
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
