"""Runs MiniStack with three of its IAM checks as they are on AWS.

AWS knows no action sns:PublishBatch: that call needs sns:Publish. And it allows SendEmail on the sender's identity,
where MiniStack asks for "*". Without this, the roles that the program gives its functions could not do locally what they
can on AWS. Last, requests to loopback count as encrypted: nobody can listen there, and a policy that asks for TLS
would refuse them all.
"""

import json
import runpy
from email.utils import parseaddr

from ministack.core import iam_actions, iam_evaluator

extract_action = iam_actions.extract_iam_action
extract_resource = iam_actions.extract_resource_arn


def action(service, *request):
    name = extract_action(service, *request)
    return "sns:Publish" if name == "sns:PublishBatch" else name


def resource(service, method, path, headers, body, query_params, region, account_id):
    if service == "ses" and path.rstrip("/") == "/v2/email/outbound-emails":
        sender = parseaddr(json.loads(body).get("FromEmailAddress", ""))[1]
        return f"arn:aws:ses:{region}:{account_id}:identity/{sender}"
    return extract_resource(service, method, path, headers, body, query_params, region, account_id)


pin_request_origin = iam_evaluator.pin_request_origin
iam_evaluator.pin_request_origin = lambda source_ip, _secure_transport: pin_request_origin(source_ip, True)
iam_actions.extract_iam_action = action
iam_actions.extract_resource_arn = resource
runpy.run_module("ministack", run_name="__main__")
