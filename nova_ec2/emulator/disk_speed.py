# SPDX-License-Identifier: Apache-2.0
"""How fast a volume may be asked to be.

"Amazon EBS General Purpose SSD volumes" and "Amazon EBS Provisioned IOPS SSD
volumes", Amazon EBS User Guide.
"""

from nova_ec2.emulator.errors import Refusal

GP3_IOPS = (3000, 80000)
GP3_THROUGHPUT = (125, 2000)
"""I/O operations and MiB a second; the least is what a volume always has."""

IO_IOPS = {'io1': (100, 64000, 50), 'io2': (100, 256000, 1000)}
"""Least, most, and most a GiB."""

GP3_IOPS_A_GIB = 500
GP3_IOPS_A_MIB = 4


def check(kind: str, size: int, iops: int | None,
          throughput: int | None) -> None:
    """Refuse what a volume of a type and size cannot have.

    :param size: in GiB
    """
    if throughput and kind != 'gp3':
        raise _invalid_combination('throughput', kind)
    if kind == 'gp3':
        _check_gp3(size, iops, throughput)
    elif kind in IO_IOPS:
        least, most, ratio = IO_IOPS[kind]
        if not iops:
            raise Refusal('MissingParameter', 'The request must contain the '
                          f'parameter iops for a volume of type {kind}')
        _within('iops', iops, least, most)
        _ratio(iops, size, ratio)
    elif iops:
        raise _invalid_combination('iops', kind)


def _check_gp3(size: int, iops: int | None, throughput: int | None) -> None:
    if iops:
        _within('iops', iops, *GP3_IOPS)
        if iops > GP3_IOPS[0]:
            _ratio(iops, size, GP3_IOPS_A_GIB)
    if throughput:
        _within('throughput', throughput, *GP3_THROUGHPUT)
        if throughput * GP3_IOPS_A_MIB > (iops or GP3_IOPS[0]):
            raise Refusal('InvalidParameterValue',
                          f'Throughput (MiBps) to iops ratio of '
                          f'{throughput / (iops or GP3_IOPS[0]):.6f} is too '
                          'high; maximum is 0.250000 MiBps per iops.')


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Refusal('InvalidParameterValue',
                      f'Volume {name} of {value} is not within the limits '
                      f'of {least} to {most}.')


def _ratio(iops: int, size: int, most: int) -> None:
    if iops > size * most:
        raise Refusal('InvalidParameterValue',
                      f'Iops to volume size ratio of {iops / size:.6f} is '
                      f'too high; maximum is {most}')


def _invalid_combination(name: str, kind: str) -> Refusal:
    return Refusal('InvalidParameterCombination',
                   f'The parameter {name} is not supported for {kind} '
                   'volumes.')
