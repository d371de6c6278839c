"""Runs MiniStack with three of its IAM checks, and its metrics, as they are on AWS, and within the means of one machine.

AWS knows no action sns:PublishBatch: that call needs sns:Publish. And it allows SendEmail on identities, in SES's sandbox
on the recipient's, too, and knows by ses:FromAddress who sends, where MiniStack asks for "*" and doesn't know. Without
this, the roles that the program gives its functions could not do locally what they can on AWS. Requests to loopback
count as encrypted: nobody can listen there, and a policy that asks for TLS would refuse them all.

A query for a metric without dimensions is for that metric alone on AWS; MiniStack adds up those with dimensions. And it
would look for values older than two weeks at every call, which takes 5 ms after 100,000 of them.

AWS answers a burst with hundreds of machines. MiniStack starts a process for every call that finds no idle worker, and
a hundred executions at once bring any machine to its knees. Here, a call waits a moment for a worker before a new one is
started, and executions that were started wait their turn.
"""

import os
import runpy
import threading
import time
from email.utils import parseaddr
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import cloudwatch, lambda_svc, stepfunctions

import ordered_indexes

EXECUTIONS_AT_ONCE = int(os.environ["EXECUTIONS_AT_ONCE"])
# Many times what a call takes, and about what it takes to start a worker.
PATIENCE_SECONDS = 0.5

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
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        workers = list(lambda_runtime._workers.get(key, []))
        if not workers or not all(worker.in_use for worker in workers):
            break
        time.sleep(0.005)
    return start_worker(func_name, config, code_zip, qualifier=qualifier, max_concurrency=max_concurrency)


def run_execution(arn):
    with turns:
        run_at_once(arn)


turns = threading.BoundedSemaphore(EXECUTIONS_AT_ONCE)
run_at_once = stepfunctions._run_execution
stepfunctions._run_execution = run_execution
start_worker = lambda_svc.acquire_worker
lambda_svc.acquire_worker = acquire_worker


class Dimensions(dict):
    def __bool__(self):
        return True  # also where there are none: MiniStack leaves a query's dimensions out otherwise


dimensions_from_list = cloudwatch._dims_from_list
cloudwatch._dims_from_list = lambda dimensions: Dimensions(dimensions_from_list(dimensions))
cloudwatch._evict_old_metrics = lambda: None

pin_request_origin = iam_evaluator.pin_request_origin
iam_evaluator.pin_request_origin = lambda source_ip, _secure_transport: pin_request_origin(source_ip, True)
iam_actions.extract_iam_action = action
iam_actions.extract_resource_arn = resource
iam_actions.request_tag_context = context
ordered_indexes.install()
runpy.run_module("ministack", run_name="__main__")
