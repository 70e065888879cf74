"""What Python's own parser says of mails: paths on standard input, one line of JSON for each."""

import email
import email.policy
import json
import sys


def leaves(message):
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            yield from leaves(part)
    else:
        yield message


def is_attachment(part):
    if part.get_content_maintype() == "multipart":
        return False  # one without a single part: what stands there is text
    shown = part.get_content_type() in ("text/plain", "text/html")
    return not shown or part.get_content_disposition() == "attachment" or part.get_filename() is not None


def attempt(read, otherwise):
    try:
        return read()
    except Exception as error:  # Python gives up on some malformed fields
        return f"{otherwise}: {type(error).__name__}"


for line in sys.stdin:
    path = line.rstrip("\n")
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    sender = lambda: [a.addr_spec for a in message["from"].addresses] if message["from"] else []
    print(json.dumps({
        "path": path,
        "subject": attempt(lambda: str(message["subject"] or ""), "gave up"),
        "from": attempt(sender, "gave up"),
        "attachments": attempt(lambda: sum(map(is_attachment, leaves(message))), "gave up"),
    }))
