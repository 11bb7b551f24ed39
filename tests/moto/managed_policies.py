"""Prints the AWS managed policies that moto carries, as one JSON object: name → document.

They are 1,500 policies that AWS wrote, so they say what the policy engine must be able to read. moto keeps
them as data of its own; nothing is asked of a network.
"""

from __future__ import annotations

import json

from moto.iam.aws_managed_policies import aws_managed_policies_data


def main() -> None:
    """Prints the text of each policy's default version."""
    policies = json.loads(aws_managed_policies_data)
    print(json.dumps({name: policy["Document"] for name, policy in policies.items()}, indent=1))


if __name__ == "__main__":
    main()
