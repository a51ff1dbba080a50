# SPDX-License-Identifier: Apache-2.0
"""A botocore client that answers from a script, and a session around it."""

import re
from types import SimpleNamespace

from botocore.exceptions import ClientError

from nova_ec2.aws.call import Caller
from nova_ec2.aws.settings import AwsSettings


def refusal(code, message='no', status=400, request_id='req-1'):
    """What botocore raises for an error that EC2 answers."""
    return ClientError(
        {'Error': {'Code': code, 'Message': message},
         'ResponseMetadata': {'HTTPStatusCode': status,
                              'RequestId': request_id}}, 'Some')


class Client:
    """Answers each method from its own list; exceptions are raised.

    The last answer of a list repeats. ``calls`` remembers what was asked.
    """

    def __init__(self, **answers):
        self._answers = {name: list(value) if isinstance(value, list)
                         else [value] for name, value in answers.items()}
        self.calls = []
        self.meta = SimpleNamespace(method_to_api_mapping={
            name: _camel(name) for name in answers})

    def __getattr__(self, name):
        if name not in self._answers:
            raise AttributeError(name)

        def method(**parameters):
            self.calls.append((name, parameters))
            answers = self._answers[name]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer
        return method

    def parameters(self, name):
        """The parameters of every call of one method."""
        return [found for called, found in self.calls if called == name]


class Session:
    """Stands in for aws.session.Session."""

    def __init__(self, client, attempts=3):
        self.settings = AwsSettings(attempts=attempts)
        self.region = 'us-east-1'
        self._client = client

    def client(self, service):
        return self._client


def caller(attempts=3, **answers):
    """A Caller, and the client that it calls."""
    client = Client(**answers)
    return Caller(Session(client, attempts)), client


def _camel(name):
    return re.sub(r'(?:^|_)(\w)', lambda match: match.group(1).upper(), name)
