"""Reads policies from standard input, by name, and writes what parliament finds in them, all as JSON."""

import json
import sys

from parliament import analyze_policy_string

findings = []
for name, policy in json.load(sys.stdin).items():
    found = analyze_policy_string(policy).findings
    findings += [{"policy": name, "issue": finding.issue, "detail": finding.detail} for finding in found]
json.dump(findings, sys.stdout)
