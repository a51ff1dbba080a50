# SPDX-License-Identifier: Apache-2.0
"""The demonstration from beginning to end, a step a line."""

from localcloud import errors, lifecycle, progress
from localcloud.cloud import HOST, Cloud
from localcloud.demo.keep import Keep
from localcloud.demo.story import Story


def run(keep: Keep) -> int:
    """Bring the cloud up, tell the story, and take the cloud down.

    :param keep: what is left of it
    :returns: 0 if Nova and the emulator agreed on everything
    """
    cloud = lifecycle.up()
    try:
        found = _tell(cloud, keep)
    finally:
        if keep is Keep.NOTHING:
            lifecycle.down()
        else:
            _how_to_go_on(cloud)
    for difference in found:
        progress.say(f'DIFFERENCE: {difference}')
    progress.say('the demonstration failed' if found else
                 'the demonstration succeeded: Nova and EC2 agree')
    return int(bool(found))


def _tell(cloud: Cloud, keep: Keep) -> list[str]:
    story = Story(cloud)
    try:
        story.burst_by_policy()
        story.fill_the_private_host()
        story.burst_with_a_stack()
        story.grow()
        story.snapshot_and_boot_from_it()
        story.compare('everything is up')
        story.take_a_screenshot()
        story.deploy_an_application()
        story.shrink_and_delete_some()
        story.compare('after deleting some')
        story.report_the_costs()
        if keep is not Keep.SERVERS:
            story.delete_the_rest()
            story.compare('after deleting the rest')
    except errors.CloudError as error:
        return [*story.differences, str(error)]
    return story.differences


def _how_to_go_on(cloud: Cloud) -> None:
    print(f'''
Left running, as asked:
    Horizon   http://{HOST}:{cloud.port('horizon')}/
    user      demo, OS_PASSWORD of openrc
    source {cloud.home}/openrc    # for the openstack command
    make cloud-down               # to end it
''')
