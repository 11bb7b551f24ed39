"""Prints AWS's managed policies as JSON, {name: document}, from moto (pip install moto==5.2.5)."""

import json

from moto.iam.aws_managed_policies import aws_managed_policies_data

policies = json.loads(aws_managed_policies_data)
print(json.dumps({name: policy["Document"] for name, policy in sorted(policies.items())}))
