"""Lets executions wait for tasks in queues as on AWS, and scales the waits between a queue's deliveries.

An execution that waits for a task's token takes none of the machine's execution slots, so that any number of them can wait.

SFN_WAIT_SCALE scales the waits between a state's attempts. Here, it also scales those between the deliveries of a message
whose function failed (the queue's visibility time-out) or postponed it (ChangeMessageVisibility). A message that the function
only reported as failed comes back when its visibility time-out ends, as before.
"""

import os
import time

from ministack.services import lambda_svc, stepfunctions

WAIT_SCALE = float(os.environ["SFN_WAIT_SCALE"])

wait_for_task = stepfunctions._invoke_with_callback
run_batch = lambda_svc._run_sqs_batch


def install(execution_slots):
    def wait_without_slot(*args):
        execution_slots.release()
        try:
            return wait_for_task(*args)
        finally:
            execution_slots.acquire()

    stepfunctions._invoke_with_callback = wait_without_slot
    lambda_svc._run_sqs_batch = run_batch_then_hasten


def run_batch_then_hasten(esm, func_rec, event, batch, queue_url, queue_name):
    hidden_until = {message["id"]: message["visible_at"] for message in batch}
    run_batch(esm, func_rec, event, batch, queue_url, queue_name)
    has_failed = esm["LastProcessingResult"] == "FAILED"
    now = time.time()
    for message in batch:
        is_postponed = message["visible_at"] != hidden_until[message["id"]]
        if message["visible_at"] > now and (has_failed or is_postponed):
            message["visible_at"] = now + (message["visible_at"] - now) * WAIT_SCALE
