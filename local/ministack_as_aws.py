"""Runs MiniStack with two of its IAM checks as AWS makes them.

AWS knows no action sns:PublishBatch: that call needs sns:Publish. And it allows SendEmail on the sender's identity,
where MiniStack asks for "*". Without this, the roles that the program gives its functions could not do locally what they
can on AWS.
"""

import json
import runpy
from email.utils import parseaddr

from ministack.core import iam_actions

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


iam_actions.extract_iam_action = action
iam_actions.extract_resource_arn = resource
runpy.run_module("ministack", run_name="__main__")
