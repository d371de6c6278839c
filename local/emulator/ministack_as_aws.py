"""Runs MiniStack with IAM checks and metrics that behave as on AWS, and limits its load on the machine.

IAM: AWS has no action sns:PublishBatch; the call requires sns:Publish. SendEmail is authorized on identities (in SES's
sandbox on the recipient's, too) with the condition key ses:FromAddress, whereas MiniStack requires "*" and sets no such
key. Without these changes, the functions' roles would allow less here than on AWS. Requests to loopback count as encrypted,
since policies that require TLS would deny all of them.

Metrics: on AWS, a query without dimensions returns only the metric without dimensions; MiniStack adds those that have some.
Eviction of values older than two weeks is off: it runs on every call and takes 5 ms once there are 100,000 values.

Load: MiniStack starts a process for every call that finds no idle worker, and a hundred concurrent executions overload any
machine. Here, a call waits for a worker before it starts a new one, the longer the more there are, so that a burst of calls
queues for those that a machine can run; and executions beyond a limit are queued. A process may take a minute to start, as it
does on a machine that is very busy; AWS starts another one after ten seconds.

Logs: in MiniStack, a function's output creates its log group anew after it was deleted. Here it doesn't, unless it is Lambda's own:
on AWS, our functions' roles may only write to the groups that were deployed for them.

State: MiniStack saves it when it shuts down. Here it does so on SIGUSR1, too, and writes the file "saved" once it has.
"""

import collections
import os
import runpy
import signal
import threading
import time
from email.utils import parseaddr
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator, lambda_runtime, persistence
from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc, stepfunctions

import embedded_metrics
import invalid_requests
import ordered_partitions
import task_waits
import transaction_conflicts
import web_acl_logging

MAX_CONCURRENT_EXECUTIONS = int(os.environ["MAX_CONCURRENT_EXECUTIONS"])
# Many times the duration of a call, and about the time it takes to start a worker.
WORKER_WAIT_SECONDS = 0.5
INIT_TIMEOUT_SECONDS = 60.0
# A function's workers up to which a call waits no longer than that: more than two cores need.
WORKERS_AT_ONCE = 4

extract_action = iam_actions.extract_iam_action
extract_resource = iam_actions.extract_resource_arn
request_tags = iam_actions.request_tag_context


def action(service, *request):
    name = extract_action(service, *request)
    return "sns:Publish" if name == "sns:PublishBatch" else name


def resource(service, method, path, headers, body, query_params, region, account_id):
    if service == "ses" and extract_action(service, method, path, headers, body, query_params) == "ses:SendEmail":
        recipient = address(body, "Destination.ToAddresses.member.1")
        return f"arn:aws:ses:{region}:{account_id}:identity/{recipient}"
    return extract_resource(service, method, path, headers, body, query_params, region, account_id)


def context(service, name, body, params):
    keys = request_tags(service, name, body, params)
    return {**keys, "ses:fromaddress": address(body, "Source")} if name == "ses:SendEmail" else keys


def address(body, parameter):
    return parseaddr(parse_qs(body.decode())[parameter][0])[1]


def acquire_worker(func_name, config, code_zip, qualifier="$LATEST", max_concurrency=None):
    key = lambda_runtime._worker_key(func_name, config, qualifier)
    start = time.monotonic()
    freed = worker_freed[func_name]
    with freed:
        while True:
            workers = list(lambda_runtime._workers.get(key, []))
            patience = WORKER_WAIT_SECONDS * max(1, (len(workers) / WORKERS_AT_ONCE) ** 2)
            remaining = start + patience - time.monotonic()
            if not workers or not all(worker.in_use for worker in workers) or remaining <= 0:
                break
            freed.wait(min(remaining, WORKER_WAIT_SECONDS))
    return start_worker(func_name, config, code_zip, qualifier=qualifier, max_concurrency=max_concurrency)


def release_worker(worker):
    free_worker(worker)
    if worker is not None:
        freed = worker_freed[worker.func_name]
        with freed:
            freed.notify()


def run_execution(arn):
    with execution_slots:
        run_immediately(arn)


def write_logs(func, *args, **options):
    group = func["config"]["LoggingConfig"]["LogGroup"]
    if group.startswith("/aws/lambda/") or group in cloudwatch_logs._log_groups:
        write_existing_logs(func, *args, **options)


def save_state(*_):
    from ministack import app  # not at the top: it imports what is replaced below

    persistence.save_all(app._build_persistence_save_dict())
    open(os.path.join(persistence.STATE_DIR, "saved"), "w").close()


execution_slots = threading.BoundedSemaphore(MAX_CONCURRENT_EXECUTIONS)
run_immediately = stepfunctions._run_execution
stepfunctions._run_execution = run_execution
worker_freed = collections.defaultdict(threading.Condition)
start_worker = lambda_svc.acquire_worker
free_worker = lambda_svc.release_worker
lambda_svc.acquire_worker = acquire_worker
write_existing_logs = lambda_svc._emit_lambda_logs
lambda_svc._emit_lambda_logs = write_logs
lambda_runtime._PROVIDED_INIT_TIMEOUT = INIT_TIMEOUT_SECONDS
lambda_svc.release_worker = release_worker


class Dimensions(dict):
    def __bool__(self):
        return True  # even if empty: MiniStack only compares dimensions that are truthy


dimensions_from_list = cloudwatch._dims_from_list
cloudwatch._dims_from_list = lambda dimensions: Dimensions(dimensions_from_list(dimensions))
cloudwatch._evict_old_metrics = lambda: None

pin_request_origin = iam_evaluator.pin_request_origin
iam_evaluator.pin_request_origin = lambda source_ip, _secure_transport: pin_request_origin(source_ip, True)
iam_actions.extract_iam_action = action
iam_actions.extract_resource_arn = resource
iam_actions.request_tag_context = context
signal.signal(signal.SIGUSR1, save_state)
embedded_metrics.install()
invalid_requests.install()
ordered_partitions.install()
transaction_conflicts.install()
web_acl_logging.install()
task_waits.install(execution_slots)
runpy.run_module("ministack", run_name="__main__")
