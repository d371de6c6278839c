"""Makes MiniStack refuse writes that overlap a transaction in progress on the same item, as DynamoDB does.

DynamoDB prepares a transaction on each of its items, then commits it. Meanwhile it refuses whatever else would write them: a
transaction with TransactionCanceledException, a single write with TransactionConflictException, the same transaction's
repetition with TransactionInProgressException. (Developer guide, "Transaction conflict handling in DynamoDB".) MiniStack
carries out one call after the other, so nothing ever overlaps.

Here, a transaction keeps its items, including those that it only checks, for TRANSACTION_MS before it is carried out, and
other calls are handled meanwhile. So its writes become visible at the end: DynamoDB's reads, too, return what was committed
last. Its conditions are evaluated at the end as well, which makes no difference: nobody can change its items until then.
Reads are never refused, as the program has none in transactions. BatchWriteItem isn't either: only benchmarks use it.
"""

import asyncio
import json
import os
from functools import partial

from ministack.core.responses import error_response_json
from ministack.services import dynamodb

TRANSACTION_SECONDS = int(os.environ["TRANSACTION_MS"]) / 1000
SINGLE_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
REASON = "Transaction is ongoing for the item"

# Keys of items, and tokens of requests, that running transactions keep.
held = set()


async def handle_request(method, path, headers, body, query_params):
    handle = partial(handle_one, method, path, headers, body, query_params)
    operation = headers.get("x-amz-target", "").split(".")[-1]
    if operation == "TransactWriteItems":
        return await transact(json.loads(body), handle)
    if operation in SINGLE_WRITES and held and item_key(json.loads(body)) in held:
        return error_response_json("TransactionConflictException", REASON, 400)
    return await handle()


async def transact(data, handle):
    token = data.get("ClientRequestToken")
    if token is not None and dynamodb._txn_token_lookup(token):
        return await handle()  # was carried out before: only its response is repeated
    keys = [item_key(next(iter(item.values()), {})) for item in data.get("TransactItems", [])]
    conflicts = [key in held for key in keys]
    if token in held or any(conflicts):
        return in_progress() if token in held else cancelled(conflicts)
    mine = {*keys, *([token] if token else [])}
    held.update(mine)
    try:
        await asyncio.sleep(TRANSACTION_SECONDS)
        return await handle()
    finally:
        held.difference_update(mine)


def item_key(write):
    """Identifies the item of a Put (Item) or of any other write or check (Key)."""
    name = dynamodb._normalize_table_name(write.get("TableName"))
    table = dynamodb._tables.get(name) or {"pk_name": None, "sk_name": None}
    attributes = write.get("Key") or write.get("Item") or {}
    return (name, *(json.dumps(attributes.get(table[key])) for key in ("pk_name", "sk_name")))


def in_progress():
    message = "The transaction with the given request token is already in progress."
    return error_response_json("TransactionInProgressException", message, 400)


def cancelled(conflicts):
    reasons = [{"Code": "TransactionConflict", "Message": REASON} if conflict else {"Code": "None"} for conflict in conflicts]
    codes = ", ".join(reason["Code"] for reason in reasons)
    status, headers, body = error_response_json(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        400,
    )
    return status, headers, json.dumps({**json.loads(body), "CancellationReasons": reasons}).encode()


handle_one = dynamodb.handle_request


def install():
    if TRANSACTION_SECONDS > 0:
        dynamodb.handle_request = handle_request
