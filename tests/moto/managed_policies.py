"""Prints the AWS managed policies that moto carries, as one JSON object: name → what moto knows of it.

They are 1,500 policies that AWS wrote, so they say what the policy engine must be able to read. `Document`
is the default version's text. moto keeps them as data of its own; nothing is asked of a network.
"""

from __future__ import annotations

from moto.iam.aws_managed_policies import aws_managed_policies_data


def main() -> None:
    """Prints moto's text as it is."""
    print(aws_managed_policies_data.strip())


if __name__ == "__main__":
    main()
