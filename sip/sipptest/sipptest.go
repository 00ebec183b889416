// Package sipptest is Debian's sipp as the caller and as the provider, for tests against somebody else's SIP.
package sipptest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Call is what sipp does as a caller.
type Call struct {
	To       string // host:port of the phone
	Number   string // that is called
	From     string // user of the caller
	Headers  string // further lines of the INVITE, each ended by \r\n
	TCP      bool
	MuLaw    bool // offers PCMU alone; else PCMA alone
	Login    string
	Password string
	Calls    int // at the same time; 0 = 1
	Rate     int // new calls a second; 0 = 10

	Presses   []Press
	CancelIn  time.Duration // gives up while it rings; 0 = waits for the answer
	HangUp    bool          // hangs up after the presses; else waits to be hung up on
	ExpectEnd int           // final answer expected instead of 200; 0 = 200
}

// Press is one key, or a pause before the next.
type Press struct {
	Wait time.Duration
	Way  string // pcap (its packets begin with duration 0), rtp (sipp makes them itself), info; "" = only a pause
	Key  byte
}

// Seen is what sipp saw.
type Seen struct {
	Messages string // all that went and came
	OK       bool
	Summary  string
}

// pcaps are what Debian ships beside sipp.
const pcaps = "/usr/share/sip-tester/dtmf_2833_%s.pcap"

func (p Press) xml() string {
	wait := ""
	if p.Wait > 0 {
		wait = fmt.Sprintf("<pause milliseconds=\"%d\"/>\n", p.Wait.Milliseconds())
	}
	switch p.Way {
	case "pcap":
		name := map[byte]string{'*': "star", '#': "pound"}[p.Key]
		if name == "" {
			name = string(p.Key)
		}
		return wait + fmt.Sprintf("<nop><action><exec play_pcap_audio=\""+pcaps+"\"/></action></nop>\n", name)
	case "rtp":
		return wait + fmt.Sprintf("<nop><action><exec play_dtmf=\"%c\"/></action></nop>\n", p.Key)
	case "info":
		return wait + inDialog("INFO", 2, fmt.Sprintf("Content-Type: application/dtmf-relay\r\nContent-Length: [len]\r\n\r\nSignal=%c\r\nDuration=160\r\n", p.Key)) +
			"<recv response=\"200\"/>\n"
	}
	return wait
}

func inDialog(method string, seq int, rest string) string {
	return fmt.Sprintf(`<send retrans="500"><![CDATA[
%s [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: %d %s
%s]]></send>
`, method, seq, method, strings.ReplaceAll(rest, "\r\n", "\n"))
}

func (c Call) invite(seq int, auth string) string {
	law := "8"
	name := "PCMA"
	if c.MuLaw {
		law, name = "0", "PCMU"
	}
	events := "101" // what the recorded ones have; sipp's own have 96
	if len(c.Presses) > 0 && c.Presses[0].Way == "rtp" {
		events = "96"
	}
	return fmt.Sprintf(`<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: %d INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
%s%sContent-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP %[4]s %[5]s
a=rtpmap:%[4]s %[6]s/8000
a=rtpmap:%[5]s telephone-event/8000
a=fmtp:%[5]s 0-16
]]></send>
`, seq, strings.ReplaceAll(c.Headers, "\r\n", "\n"), auth, law, events, name)
}

// acknowledge has the branch of the INVITE if that was so many steps before, as a refusal's must; 0 = its own.
func acknowledge(seq, back int) string {
	branch := "[branch]"
	if back > 0 {
		branch = fmt.Sprintf("[branch-%d]", back)
	}
	return fmt.Sprintf(ack, branch, seq)
}

const ack = `<send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=%s
Max-Forwards: 70
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: %d ACK
Content-Length: 0

]]></send>
`

// scenario writes the call in sipp's language.
func (c Call) scenario() string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"call\">\n")
	seq := 1
	b.WriteString(c.invite(seq, ""))
	b.WriteString("<recv response=\"100\" optional=\"true\"/>\n")
	if c.Login != "" {
		b.WriteString("<recv response=\"401\" auth=\"true\"/>\n" + acknowledge(seq, 3))
		seq++
		b.WriteString(c.invite(seq, fmt.Sprintf("[authentication username=%s password=%s]\n", c.Login, c.Password)))
		b.WriteString("<recv response=\"100\" optional=\"true\"/>\n")
	}
	switch {
	case c.CancelIn > 0:
		b.WriteString("<recv response=\"180\"/>\n")
		fmt.Fprintf(&b, "<pause milliseconds=\"%d\"/>\n", c.CancelIn.Milliseconds())
		b.WriteString(strings.Replace(strings.Replace(strings.Replace(inDialog("CANCEL", seq, "Content-Length: 0\r\n\r\n"), "[next_url]", "sip:[service]@[remote_ip]:[remote_port]", 1), "[peer_tag_param]", "", 1), "[branch]", "[branch-4]", 1))
		b.WriteString("<recv response=\"200\"/>\n<recv response=\"487\"/>\n" + acknowledge(seq, 7))
	case c.ExpectEnd != 0:
		b.WriteString("<recv response=\"180\" optional=\"true\"/>\n")
		fmt.Fprintf(&b, "<recv response=\"%d\"/>\n", c.ExpectEnd)
		b.WriteString(acknowledge(seq, 4))
	default:
		b.WriteString("<recv response=\"180\" optional=\"true\"/>\n<recv response=\"200\" rtd=\"true\" rrs=\"true\"/>\n" + acknowledge(seq, 0))
		for _, p := range c.Presses {
			b.WriteString(p.xml())
		}
		if c.HangUp {
			b.WriteString(inDialog("BYE", seq+2, "Content-Length: 0\r\n\r\n") + "<recv response=\"200\"/>\n")
		} else {
			b.WriteString("<recv request=\"BYE\"/>\n" + bye200)
		}
	}
	b.WriteString("</scenario>\n")
	return b.String()
}

const bye200 = `<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
`

// Find is the program's path; without it the test fails and says what to install.
func Find(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("sipp")
	if err != nil {
		t.Fatal("this test calls with Debian's sipp: install the package sip-tester")
	}
	return path
}

// Run calls, and waits until the calls are over. What sipp saw is kept among the test's output.
func (c Call) Run(ctx context.Context, t testing.TB) Seen {
	t.Helper()
	calls, rate := max(c.Calls, 1), c.Rate
	if rate == 0 {
		rate = 10
	}
	transport := "u1"
	if c.TCP {
		transport = "t1"
	}
	return run(ctx, t, c.scenario(), "SEQUENTIAL\n"+c.From+"\n", c.To, "-s", c.Number, "-t", transport, "-m", fmt.Sprint(calls), "-l", fmt.Sprint(calls), "-r", fmt.Sprint(rate))
}

func run(ctx context.Context, t testing.TB, scenario, fields string, args ...string) Seen {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	messages := filepath.Join(dir, "messages.log")
	args = append(args, "-sf", write("scenario.xml", scenario), "-inf", write("fields.csv", fields), "-i", "127.0.0.1", "-mi", "127.0.0.1",
		"-nostdin", "-trace_msg", "-message_file", messages, "-trace_err", "-error_file", filepath.Join(dir, "errors.log"), "-timeout", "60s", "-timeout_error")
	ctx, cancel := context.WithTimeout(ctx, 70*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, Find(t), args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	log, _ := os.ReadFile(messages)
	faults, _ := os.ReadFile(filepath.Join(dir, "errors.log"))
	s := Seen{Messages: string(log), OK: err == nil, Summary: lastPart(out.String())}
	t.Logf("sipp ended (%v), and saw:\n%s%s", err, lines(s.Messages), faults)
	if err != nil {
		t.Logf("%s", s.Summary)
	}
	return s
}

// lines are the first lines of the messages: enough to follow a call.
func lines(log string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(log, "-----------------------------------------------") {
		var head []string
		for line := range strings.Lines(part) {
			if line = strings.TrimSpace(line); line != "" {
				head = append(head, line)
			}
		}
		if len(head) >= 2 {
			fmt.Fprintf(&b, "  %-30s %s\n", head[0], first(head))
		}
	}
	return b.String()
}

// first is the start line among a message's lines.
func first(head []string) string {
	for _, h := range head {
		if strings.HasPrefix(h, "SIP/2.0 ") || strings.HasSuffix(h, " SIP/2.0") {
			return h
		}
	}
	return head[1]
}

func lastPart(s string) string {
	if i := strings.LastIndex(s, "Statistics Screen"); i >= 0 {
		s = s[i:]
	}
	return s[:min(len(s), 4000)]
}

// Registrar is sipp as a provider: it wants a password at the first sign-in and grants the given seconds.
type Registrar struct {
	Addr string
	wait func() Seen
}

const registrarScenario = `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="registrar">
<recv request="REGISTER"/>
<send><![CDATA[
SIP/2.0 401 Unauthorized
[last_Via:]
[last_From:]
[last_To:];tag=[pid]r[call_number]
[last_Call-ID:]
[last_CSeq:]
WWW-Authenticate: Digest realm="provider.test",nonce="47364c23432d2e131a5fb210812c",algorithm=MD5,qop="auth"
Content-Length: 0

]]></send>
<recv request="REGISTER">
<action>
<verifyauth assign_to="good" username="%s" password="%s"/>
</action>
</recv>
<nop hide="true" test="good" next="yes"/>
<send next="end"><![CDATA[
SIP/2.0 403 Forbidden
[last_Via:]
[last_From:]
[last_To:];tag=[pid]r[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
<label id="yes"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]r[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Contact:];expires=%d
Content-Length: 0

]]></send>
<recv request="REGISTER"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]r[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Contact:];expires=600
Content-Length: 0

]]></send>
<label id="end"/>
</scenario>
`

// StartRegistrar waits for one line: a refused or proved sign-in, and its renewal after the granted seconds.
func StartRegistrar(t testing.TB, user, password string, seconds int) *Registrar {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.LocalAddr().(*net.UDPAddr).Port
	_ = l.Close()
	done := make(chan Seen, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		done <- run(ctx, t, fmt.Sprintf(registrarScenario, user, password, seconds), "SEQUENTIAL\nx\n", "127.0.0.1", "-p", fmt.Sprint(port), "-m", "1")
	}()
	t.Cleanup(cancel)
	return &Registrar{Addr: fmt.Sprintf("127.0.0.1:%d", port), wait: func() Seen { return <-done }}
}

// Wait answers what the provider saw, when it saw it all.
func (r *Registrar) Wait() Seen { return r.wait() }
