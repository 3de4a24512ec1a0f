import { utf8 } from '../../../core/base/bytes.ts';
import { KVService, LeaseService } from '../../../core/proto/gen/rpc.ts';
import type { Scene } from '../shots.ts';

const sections = ['概览', '键', '监听', '租约', '成员', '维护'];

/** Every section in Chinese, with a key's history and the dialog of a new member. */
export const chinese: Scene = async (stage) => {
  const { page } = stage;
  const client = await stage.client();
  for (let i = 0; i < 4; i++) await client.write(KVService.put, { key: utf8('/服务/配置'), value: utf8(`{"副本": ${i}}`) });
  await client.write(LeaseService.leaseGrant, { id: 0x7cn, ttl: 600 });
  await page.getByRole('button', { name: '切换到中文' }).click();
  for (const [i, section] of sections.entries()) {
    await page.getByRole('button', { name: section, exact: true }).click();
    if (section === '键') {
      await page.getByRole('button', { name: '按名称打开键' }).click();
      await page.getByRole('dialog').getByLabel('键', { exact: true }).fill('/服务/配置');
      await page.keyboard.press('Enter');
      await page.getByRole('tab', { name: '历史' }).click();
      await page.locator('.diff-line').first().waitFor();
    }
    if (section === '租约') await page.getByText('10 min').first().waitFor();
    if (section === '成员') await page.getByTestId('member-m1').waitFor();
    if (section === '维护') await page.getByText('没有告警。').waitFor();
    await stage.shot(`zh-${i + 1}`);
  }
  await page.getByRole('button', { name: '成员', exact: true }).click();
  await page.getByRole('button', { name: '添加成员' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('zh-member-add');
};
