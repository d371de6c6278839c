"""Keeps the logging configurations of web ACLs, which MiniStack lacks. Nothing is logged, as it inspects no requests."""

import json

from ministack.core.responses import json_response
from ministack.services import waf

CONFIGURATION = "LoggingConfiguration"


def find(arn):
    return next((acl for acl in waf._web_acls.values() if acl["ARN"] == arn), None)


def put(data):
    configuration = data[CONFIGURATION]
    acl = find(configuration["ResourceArn"])
    if acl is None:
        return waf._waf_not_found(configuration["ResourceArn"])
    # With the web ACL, it is saved and deleted.
    acl[CONFIGURATION] = configuration
    return json_response({CONFIGURATION: configuration})


def get(data):
    acl = find(data["ResourceArn"]) or {}
    if CONFIGURATION not in acl:
        return waf._waf_not_found(data["ResourceArn"])
    return json_response({CONFIGURATION: acl[CONFIGURATION]})


def delete(data):
    acl = find(data["ResourceArn"]) or {}
    if acl.pop(CONFIGURATION, None) is None:
        return waf._waf_not_found(data["ResourceArn"])
    return json_response({})


ACTIONS = {
    "PutLoggingConfiguration": put,
    "GetLoggingConfiguration": get,
    "DeleteLoggingConfiguration": delete,
}


async def handle_request(method, path, headers, body, query_params):
    action = headers.get("x-amz-target", "").split(".")[-1]
    if action in ACTIONS:
        return ACTIONS[action](json.loads(body))
    return await handle_other_request(method, path, headers, body, query_params)


handle_other_request = waf.handle_request


def install():
    waf.handle_request = handle_request
