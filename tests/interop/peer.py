"""The Python side of python.test.mjs: does with the official SDK what each line of stdin says, and answers in a line.

    {"account": URL, "credential": KEY OR SAS, "call": METHOD OF QueueServiceClient, "arguments": {..}}
    {"account": URL, "credential": KEY OR SAS, "queue": NAME, "call": METHOD OF QueueClient, "arguments": {..}}
    {"call": "generate_queue_sas" OR "generate_account_sas", "arguments": {..}}

A queue may have besides
    "encoding": "TextBase64" OR "BinaryBase64"
    "encryption": {"version": "2.0", "key": HEX OF AN AES KEY, "kid": ITS ID, "required": BOOLEAN}, or in place of "key"
                  "pem": AN RSA KEY, "algorithm": "RSA-OAEP" OR "RSA-OAEP-256"

The answer is {"result": ..} or {"error": {"type", "message", "status", "code"}}. What JSON lacks is an object of one
name: {"$bytes": BASE64} and {"$datetime": ISO 8601} both ways, {"$Metrics": {..}} and the other models in arguments.
"""

import asyncio
import json
import sys
from base64 import b64decode, b64encode
from datetime import datetime
from inspect import isawaitable

from azure.core.async_paging import AsyncItemPaged
from azure.storage import queue as sdk
from azure.storage.queue.aio import QueueClient, QueueServiceClient
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import load_pem_private_key

READ = {
    "$bytes": b64decode,
    "$datetime": datetime.fromisoformat,
    "$AccessPolicy": lambda fields: sdk.AccessPolicy(**fields),
    "$CorsRule": lambda fields: sdk.CorsRule(**fields),
    "$Metrics": lambda fields: sdk.Metrics(**fields),
    "$QueueAnalyticsLogging": lambda fields: sdk.QueueAnalyticsLogging(**fields),
    "$RetentionPolicy": lambda fields: sdk.RetentionPolicy(**fields),
}


class AesKey:
    """A key-encryption key that wraps by RFC 3394."""

    def __init__(self, key, kid):
        self.key = bytes.fromhex(key)
        self.kid = kid

    def get_kid(self):
        return self.kid

    def get_key_wrap_algorithm(self):
        return f"A{8 * len(self.key)}KW"

    def wrap_key(self, key):
        return aes_key_wrap(self.key, key)

    def unwrap_key(self, key, algorithm):
        if algorithm != self.get_key_wrap_algorithm():
            raise ValueError(f"wrapped by {algorithm}")
        return aes_key_unwrap(self.key, key)


class RsaKey:
    """A key-encryption key that wraps by RSA-OAEP."""

    def __init__(self, pem, kid, algorithm):
        self.key = load_pem_private_key(pem.encode(), None)
        self.kid = kid
        self.algorithm = algorithm
        digest = SHA1() if algorithm == "RSA-OAEP" else SHA256()
        self.padding = OAEP(MGF1(digest), digest, None)

    def get_kid(self):
        return self.kid

    def get_key_wrap_algorithm(self):
        return self.algorithm

    def wrap_key(self, key):
        return self.key.public_key().encrypt(key, self.padding)

    def unwrap_key(self, key, algorithm):
        if algorithm != self.algorithm:
            raise ValueError(f"wrapped by {algorithm}")
        return self.key.decrypt(key, self.padding)


async def main():
    for line in sys.stdin.buffer:
        try:
            answer = {"result": await do(**json.loads(line, object_hook=read))}
        except Exception as error:
            answer = {"error": told(error)}
        print(json.dumps(answer, default=write), flush=True)


async def do(call, arguments, account=None, credential=None, queue=None, encoding=None, encryption=None):
    if account is None:
        return getattr(sdk, call)(**arguments)

    if queue is None:
        client = QueueServiceClient(account, credential, retry_total=0)
    else:
        options = {**encoded(encoding), **encrypted(**encryption or {})}
        client = QueueClient(account, queue, credential, retry_total=0, **options)
    async with client:
        result = getattr(client, call)(**arguments)
        if isinstance(result, AsyncItemPaged):
            return [item async for item in result]
        return await result if isawaitable(result) else result


def encoded(encoding):
    if encoding is None:
        return {}
    return {
        "message_encode_policy": getattr(sdk, f"{encoding}EncodePolicy")(),
        "message_decode_policy": getattr(sdk, f"{encoding}DecodePolicy")(),
    }


def encrypted(version=None, key=None, kid=None, required=False, pem=None, algorithm=None):
    options = {"require_encryption": required}
    if version is not None:
        options["encryption_version"] = version
    if key is not None:
        options["key_encryption_key"] = AesKey(key, kid)
    if pem is not None:
        options["key_encryption_key"] = RsaKey(pem, kid, algorithm)
    return options


def read(value):
    """An object of a line, or what it stands for."""
    if len(value) == 1:
        [(name, content)] = value.items()
        if name in READ:
            return READ[name](content)
    return value


def write(value):
    """What JSON cannot say, in words that it has."""
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": b64encode(value).decode()}
    return vars(value)


def told(error):
    return {
        "type": type(error).__name__,
        "message": str(error),
        "status": getattr(error, "status_code", None),
        "code": getattr(error, "error_code", None),
    }


if __name__ == "__main__":
    asyncio.run(main())
