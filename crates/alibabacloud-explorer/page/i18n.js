// The languages of the interface. The English text is the key of the Chinese one; the texts of
// specifications stay as they are. A line is the English text and the Chinese one.

const chinese = new Map(
  `
A signature does not match?|签名不匹配？
About the operation|关于该操作
Access|访问级别
Account ID|账号 ID
Add {0}|添加 {0}
All pages|所有页
Attempt {0}|第 {0} 次尝试
Attempts|尝试次数
CLOUD|云端
Calls|调用
Calls go to a real account|调用会发送到真实账号
Calls of this browser tab. Secrets are not stored. Choose two to compare their responses.|本标签页的调用，不保存敏感信息。选择两条即可比较响应。
Cancel|取消
Canonical request|规范化请求
Change something in the cloud?|要更改云上的资源吗？
Changes|变更
Choose a result; move between operations|选择结果；在操作之间移动
Clear|清空
Clear faults|清除故障
Clear the history|清空历史
Clients cannot send this operation:|客户端无法发送该操作：
Clock differs|时钟偏差
Close|关闭
Cloud|云端
Code|代码
Code and response|代码与响应
Code for this call|本次调用的代码
Columns|栏目
Compare|比较
Compare {0}|比较 {0}
Comparison|比较结果
Condition keys|条件关键字
Connection closed|连接断开
Contains itself; further levels are left out.|包含自身，更深的层级已省略。
Copied|已复制
Copy|复制
Dependent actions|关联操作
Difference|差异
Docs|文档
Download project|下载项目
Duration|耗时
Emulator|模拟器
Error|错误
Error code|错误码
Errors|错误
Errors of every operation|所有操作共有的错误
Errors of this operation|该操作的错误
Example of a response|响应示例
Expired token|令牌过期
Explore|调试
Fault|故障
Faults|故障注入
Faults apply to the next requests to the emulator; the client retries where that is safe. Watch the timeline of the response.|故障作用于接下来发往模拟器的请求；客户端会在安全时重试，可在响应的时间线中查看。
Fill example|填入示例
Filter by name or description|按名称或描述筛选
Find|查找
Find the first difference|查找第一处差异
Form|表单
Headers|响应头
History|历史
How it came about|错误经过
Inject|注入
It may have ended. Start alibabacloud-explorer again and open the address that it prints.|程序可能已经退出。请重新启动 alibabacloud-explorer，并打开它输出的地址。
JSON text|JSON 文本
Key|键
Keys|快捷键
Leave the search, close a dialog|离开搜索，关闭对话框
Loading …|加载中……
Meaning|含义
Meaning and what to do|含义与处理方法
Members of {0}|{0} 的成员
Move between tabs|切换标签
Next page|下一页
Next requests|后续请求数
No call is chosen.|未选择调用。
No faults are active.|当前没有故障。
No requests yet.|还没有请求。
Not copied|复制失败
Not sent|未发送
Nothing found|没有找到
Nothing is sent. Keys are never shown.|此处不会发送请求，也不会显示密钥。
Nothing was sent yet.|尚未发送请求。
Nothing was sent.|没有发送请求。
Now|现在
Of the service|服务端
Open the address that the program printed|请打开程序输出的地址
Operation|操作
Operation, parameter, error|操作、参数、错误码
Operations|操作列表
Optional|可选参数
Ours|本地
Pages|分页
Parameters|参数
Parameters as JSON|JSON 格式的参数
Paste the message of the error. The parameters of the form must be those of the call.|粘贴错误消息。表单中的参数须与该次调用一致。
Permissions|权限
Policy|权限策略
Policy basket|权限策略汇总
Previous and next form of the code|上一种、下一种代码形式
Published documentation|官方文档
RAM policy|RAM 策略
Raw|原文
Region|地域
Related operations|相关操作
Reload|刷新
Remove {0}|移除 {0}
Request|请求
Request ID|请求 ID
Request log|请求日志
Reset the emulator|重置模拟器
Resources|资源
Response|响应
Results|搜索结果
Runs inside of the program, on this machine only; nothing leaves it.|在程序内部运行，仅限本机，数据不会外传。
Save as test|保存为测试
Saved {0}|已保存 {0}
Search operations|搜索操作
Secrets are shown as ********; a mask that stays keeps its secret.|敏感值显示为 ********；不改动掩码即保留原值。
Send|发送
Send the call|发送调用
Send the call with the button below the form, or with Ctrl+Enter.|点击表单下方的按钮，或按 Ctrl+Enter 发送。
Send to both|两端同时发送
Send to the cloud|发送到云端
Sending …|发送中……
Server error|服务端错误
Services|服务
Set {0}|设置 {0}
Show these keys|显示快捷键
Show {0}|显示 {0}
Signature|签名
Skip to the operation|跳到操作
Slow response|响应缓慢
Source|来源
State|状态
Statement to add to a policy|需要添加到策略的语句
Status|状态
String to sign|待签名字符串
Table|表格
Target|目标
That did not work|操作未成功
The clock of this machine differs from that of the service by {0} s; the client signs with the corrected time.|本机时钟与服务端相差 {0} 秒；客户端使用校正后的时间签名。
The cloud is read-only here. Start the program with --allow-writes to send writes.|云端为只读。如需写操作，请用 --allow-writes 启动程序。
The first {0}; type more to narrow|前 {0} 条，继续输入以缩小范围
The form has problems ({0}); the code holds what is valid.|表单有 {0} 处问题；代码只包含有效的部分。
The least permissions that the calls of this tab need, with the resources that they name.|本标签页的调用所需的最小权限及其涉及的资源。
The operation needs no permission.|该操作不需要权限。
The permission is documented.|该权限有文档说明。
The permission is not documented; the action is usually the product and the name of the operation.|该权限没有文档说明；授权操作通常由产品代码和操作名称组成。
The permission of these operations is not documented:|以下操作的权限没有文档说明：
The program does not respond|程序没有响应
The response has no body.|响应没有正文。
The specification lists no errors.|规范中没有列出错误。
The specification records no changes.|规范中没有变更记录。
The tab "RAM policy" beside the code has the statement for the parameters of the form.|代码旁的“RAM 策略”标签给出与表单参数对应的语句。
The two responses are the same.|两个响应相同。
Theme: {0}|主题：{0}
There are no operations|没有可用的操作
There is no such form for this operation.|该操作没有这种形式的代码。
This operation has no parameters.|该操作没有参数。
This page needs the start token, which is in the address that alibabacloud-explorer prints. It is different after each start.|此页面需要启动令牌，它包含在 alibabacloud-explorer 输出的地址中，每次启动都不同。
Throttled|限流
Time|时间
Timeline|时间线
Tree|树
Try|试用
Try again|重试
Type the name of the operation to confirm|输入操作名称以确认
Unset: the client creates one for each call and repeats it on retries.|未设置时，客户端为每次调用生成一个，并在重试时沿用。
Value|值
View|视图
What to do|处理方法
Why is there no cloud?|为什么不能使用云端？
\`{0}\` is sent to a real account: {1}, {2}, region {3}.|\`{0}\` 将发送到真实账号：{1}，{2}，地域 {3}。
action|操作
as the system|跟随系统
at least {0}|至少 {0}
at most {0}|至多 {0}
blocking|阻塞
boolean|布尔值
by number|按页码
by offset|按偏移量
by token|按令牌
bytes|字节（Base64）
characters|个字符
clock|时钟偏差
clock corrected by {0} s|时钟已校正 {0} 秒
connection|连接错误
create|创建
credentials|凭证
cut at {0} items|截断为 {0} 项
cut: {0} bytes|已截断，共 {0} 字节
dark|深色
default|默认值
delete|删除
deprecated|已弃用
error|错误
expected an object: {...}|应为对象：{...}
get|读取
idempotency token|幂等令牌
in body|正文
in header|请求头
in host|主机名
in path|路径
integer|整数
items|项
less|收起
light|浅色
list|列表
list of {0}|{0}列表
map|映射
more|展开
none|无
not JSON: {0}|不是有效的 JSON：{0}
not a number|不是数字
not an integer|不是整数
not set|未设置
number|数字
object|对象
only {0}|仅 {0}
other value …|其他值……
parameter|参数
pattern|格式
read|读取
read on {0}|查阅于 {0}
read-only|只读
required|必填
retried: {0}|重试原因：{0}
secret|敏感
secrets hidden|敏感值已隐藏
server_error|服务端错误
specifications are still loading|规范仍在加载
string|字符串
test|测试
throttled|限流
time|时间
timeout|超时
took {0}|耗时 {0}
update|更新
waited {0}|等待 {0}
write|写入
writes allowed|允许写入
{0} after {1} ms|{0}，耗时 {1} 毫秒
{0} attempts|{0} 次尝试
{0} found|找到 {0} 条
{0} item|{0} 项
{0} items|{0} 项
{0} items on {1} pages in {2}|{1} 页共 {0} 项，耗时 {2}
{0} items on one page in {2}|一页共 {0} 项，耗时 {2}
{0} lines only in the first, {1} only in the second|{0} 行仅在第一个中，{1} 行仅在第二个中
{0} member|{0} 个成员
{0} members|{0} 个成员
{0} more|还有 {0} 项
{0} ms|{0} 毫秒
{0} of 2 chosen|已选 {0}/2
{0} of {1}|{0}/{1}
{0} of {1} set|已设置 {0}/{1}
{0} to {1}|{0} 至 {1}
{0}: no difference.|{0}：没有差异。
{0}: the first difference is in line {1}, column {2}.|{0}：第一处差异在第 {1} 行第 {2} 列。
… {0} equal lines|…… {0} 行相同
… {0} more characters|…… 还有 {0} 个字符
`
    .trim()
    .split('\n')
    .map((line) => line.split('|')),
);

let language = 'en';
let isChosen = false;

/** Returns a text in the language of the page, with its values. */
export const t = (text, ...values) => ((language === 'zh' && chinese.get(text)) || String(text ?? '')).replace(/\{(\d)\}/g, (_, index) => values[index]);

/** Sets the language: Chinese for the languages that start with `zh`, else English. */
export function setLanguage(name) {
  language = /^zh/i.test(name ?? '') ? 'zh' : 'en';
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

/** Sets the language that the user chose, which links then contain. */
export function chooseLanguage(name) {
  isChosen = true;
  setLanguage(name);
}

export const currentLanguage = () => language;
export const choiceOfLanguage = () => (isChosen ? language : null);
