"""Makes MiniStack refuse six invalid requests that it would carry out, in DynamoDB's words.

They are: a reserved word in an expression, which MiniStack only sees once it evaluates the expression for an item, and blames
on the update expression; a path or a clause twice in an update; a key attribute in a query's filter; OR in a key condition;
and the key of an index that is too long. (Developer guide: "Reserved words", "Update expressions", "Filter expressions for the
Query operation", "Key condition expressions", "Quotas".)

The words are those that dynalite's tests expect, https://github.com/architect/dynalite, which run against DynamoDB, too; those
of the index key are from errors that users reported. An update that sets such a key may be worded otherwise there.
"""

from itertools import combinations, pairwise

from ministack.core.responses import error_response_json
from ministack.services import dynamodb
from ministack.services._dynamodb_keywords import AWS_KEYWORDS

OPERATORS = {"AND", "OR", "NOT", "BETWEEN", "IN"}
CLAUSES = {"SET", "REMOVE", "ADD", "DELETE"}


def validate_expressions(data, slots, *options):
    error = validate_references(data, slots, *options)
    message = None if error else find_problem(data, {slot: data[slot] for slot in slots if data.get(slot)})
    return error_response_json("ValidationException", message, 400) if message else error


def find_problem(data, expressions):
    for slot, expression in expressions.items():
        message = reserved_word(expression, CLAUSES if slot == "UpdateExpression" else OPERATORS)
        if not message and slot == "UpdateExpression":
            message = repetition(expression, data.get("ExpressionAttributeNames") or {})
        if message:
            return f"Invalid {slot}: {message}"
    if "KeyConditionExpression" not in expressions:
        return None
    if ("IDENT", "OR") in [(kind, text.upper()) for kind, text in dynamodb._tokenize(expressions["KeyConditionExpression"])]:
        return "Invalid operator used in KeyConditionExpression: OR"
    return filtered_key(data, expressions.get("FilterExpression", ""))


def reserved_word(expression, keywords):
    for (kind, word), (following, _) in pairwise(dynamodb._tokenize(expression)):
        is_name = kind == "IDENT" and word.upper() not in keywords and following != "LPAREN"  # which is a function's
        if is_name and word.upper() in AWS_KEYWORDS:
            return f"Attribute name is a reserved keyword; reserved keyword: {word}"
    return None


def repetition(expression, names):
    """The clause, or else the path, that an update has twice. A path overlaps with those that it is the beginning of."""
    clauses, tokens = {}, []
    for kind, text in dynamodb._tokenize(expression):
        if kind == "IDENT" and text.upper() in CLAUSES:
            if text.upper() in clauses:
                return f'The "{text.upper()}" section can only be used once in an update expression;'
            tokens = clauses[text.upper()] = []
        else:
            tokens.append((kind, text))
    actions = [action for tokens in clauses.values() for action in dynamodb._split_by_comma(tokens)]
    paths = [dynamodb._parse_path_from_tokens(action, names) for action in actions]
    for one, two in combinations(filter(None, paths), 2):
        if all(a == b for a, b in zip(one, two)):
            return (
                "Two document paths overlap with each other; must remove or rewrite one of these paths; "
                f"path one: {show_path(one)}, path two: {show_path(two)}"
            )
    return None


def show_path(path):
    return "[" + ", ".join(f"[{part}]" if isinstance(part, int) else part for part in path) + "]"


def filtered_key(data, expression):
    table = dynamodb._tables[dynamodb._normalize_table_name(data["TableName"])]
    keys = dynamodb._resolve_index_keys(table, data.get("IndexName"))[:2]
    names = data.get("ExpressionAttributeNames") or {}
    previous = None
    for kind, text in dynamodb._tokenize(expression):
        if previous != "DOT" and kind in ("IDENT", "NAME_REF") and names.get(text, text) in keys:
            key = names.get(text, text)
            return f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {key}"
        previous = kind
    return None


def index_key_reason(table, item):
    return index_key_type_reason(table, item) or long_index_key(table, item)


def long_index_key(table, item):
    for index, hashes, ranges in dynamodb._index_key_schemas(table):
        partition = [(name, dynamodb._DDB_KEY_MAX_BYTES) for name in hashes]
        sort = [(name, dynamodb._DDB_SORT_KEY_MAX_BYTES) for name in ranges]
        for name, limit in partition + sort:
            size = dynamodb._attribute_value_size(item.get(name))
            if size > limit:
                return (
                    f"One or more parameter values were invalid: Size limit exceeded for Index Key {name} "
                    f"Actual Size: {size} bytes Max Size: {limit} bytes IndexName: {index}"
                )
    return None


validate_references = dynamodb._validate_expression_attrs
index_key_type_reason = dynamodb._index_key_type_reason


def install():
    dynamodb._validate_expression_attrs = validate_expressions
    dynamodb._check_reserved_keyword_usage = lambda _tokens: None  # the one above names the expression
    dynamodb._index_key_type_reason = index_key_reason
