"""Lets executions wait for tasks in queues as on AWS, and scales the waits between a queue's deliveries.

An execution that waits for a task's token takes none of the machine's execution slots, so that any number of them can wait.
MiniStack ignores a time-out that a path of the state's input says (TimeoutSecondsPath); here it counts.

SFN_WAIT_SCALE scales the waits between a state's attempts. Here, it also scales those between the deliveries of a message
whose function failed (the queue's visibility time-out) or postponed it (ChangeMessageVisibility), whether it came in a batch
or the function received it itself. Where a function postpones what failed, it also scales the wait of a message that it could
not postpone. In other queues a message that is only reported as failed comes back when its visibility time-out ends: sooner,
it would use up its deliveries during an outage.
"""

import os
import time

from ministack.services import lambda_svc, sqs, stepfunctions

WAIT_SCALE = float(os.environ["SFN_WAIT_SCALE"])

execute_task = stepfunctions._execute_task
wait_for_task = stepfunctions._invoke_with_callback
run_batch = lambda_svc._run_sqs_batch
receive = sqs._HANDLERS["ReceiveMessage"]
postpone = sqs._HANDLERS["ChangeMessageVisibility"]
# Of each queue that delivers to functions: its batches in progress, and what functions have received themselves.
running = []
received = {}
# What functions have postponed, by queue: the receipt handles of its batches in progress.
postponed = {}


def install(execution_slots):
    def wait_without_slot(*args):
        execution_slots.release()
        try:
            return wait_for_task(*args)
        finally:
            execution_slots.acquire()

    stepfunctions._execute_task = execute_task_with_timeout
    stepfunctions._invoke_with_callback = wait_without_slot
    lambda_svc._run_sqs_batch = run_batch_then_hasten
    sqs._HANDLERS["ReceiveMessage"] = receive_and_remember
    sqs._HANDLERS["ChangeMessageVisibility"] = postpone_and_hasten


def execute_task_with_timeout(state, raw_input, execution, ctx):
    if "TimeoutSecondsPath" in state:
        state = {**state, "TimeoutSeconds": stepfunctions._resolve_path(state["TimeoutSecondsPath"], raw_input)}
    return execute_task(state, raw_input, execution, ctx)


def run_batch_then_hasten(esm, func_rec, event, batch, queue_url, queue_name):
    # A message that is delivered again meanwhile gets another handle: it belongs to that delivery then.
    handles = {message["receipt_handle"] for message in batch}
    running.append(queue_name)
    try:
        run_batch(esm, func_rec, event, batch, queue_url, queue_name)
    finally:
        running.remove(queue_name)
    if esm["LastProcessingResult"] == "FAILED":
        hasten(batch + received.pop(queue_name, []))
    elif queue_name in postponed:
        left = handles - postponed[queue_name]
        hasten([message for message in batch if message["receipt_handle"] in left])
    if queue_name not in running:
        received.pop(queue_name, None)
        postponed.get(queue_name, set()).clear()


async def receive_and_remember(data, url):
    result = await receive(data, url)
    name = name_of(data, url)
    if name in running:
        handles = [message["ReceiptHandle"] for message in result.get("Messages", [])]
        received.setdefault(name, []).extend(with_handles(data, url, handles))
    return result


def postpone_and_hasten(data, url):
    result = postpone(data, url)
    if name_of(data, url) in running:
        postponed.setdefault(name_of(data, url), set()).add(data["ReceiptHandle"])
        hasten(with_handles(data, url, [data["ReceiptHandle"]]))
    return result


def name_of(data, url):
    return data.get("QueueUrl", url).rsplit("/", 1)[-1]


def with_handles(data, url, handles):
    messages = sqs._get_q(data.get("QueueUrl", url))["messages"]
    return [message for message in messages if message["receipt_handle"] in handles]


def hasten(messages):
    now = time.time()
    for message in messages:
        if message["visible_at"] > now:
            message["visible_at"] = now + (message["visible_at"] - now) * WAIT_SCALE
