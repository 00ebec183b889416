package smpp_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/smpp"
	"jawort/smpp/smpptest"
)

// inbox keeps what a client was told.
type inbox struct {
	mu       sync.Mutex
	texts    []smpp.Text
	receipts []smpp.Receipt
	refuse   int // so many texts are not taken
}

func (b *inbox) text(_ context.Context, t smpp.Text) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse > 0 {
		b.refuse--
		return errors.New("database away")
	}
	b.texts = append(b.texts, t)
	return nil
}

func (b *inbox) receipt(_ context.Context, r smpp.Receipt) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.receipts = append(b.receipts, r)
	return nil
}

func (b *inbox) all() ([]smpp.Text, []smpp.Receipt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]smpp.Text(nil), b.texts...), append([]smpp.Receipt(nil), b.receipts...)
}

// until waits for a condition, 15 s at most.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 15 s: %s", what)
		}
	}
}

// run keeps a client until the test ends, and waits for its line.
func run(t *testing.T, addr string, b *inbox, with ...func(*smpp.Options)) *smpp.Client {
	t.Helper()
	o := smpp.Options{Addr: addr, Binding: smpp.Binding{SystemID: smpptest.Login, Password: smpptest.Password}, Text: b.text, Receipt: b.receipt}
	for _, f := range with {
		f(&o)
	}
	c := smpp.New(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); c.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	until(t, "bound", func() bool { return c.Line().Bound })
	return c
}

func send(t *testing.T, c *smpp.Client, text string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	ids, out, err := c.Submit(ctx, smpp.Submission{From: "+4930555010", To: "+4915112345678", Text: text, Receipt: true})
	if err != nil || out != smpp.Sent {
		t.Fatalf("submit: %v %v", out, err)
	}
	return ids
}

// The real SMSC reads our texts as they were meant, in every alphabet, and long ones come to it as pieces with numbers of their own.
func TestSubmitToARealSMSC(t *testing.T) {
	s := smpptest.Start(t, smpptest.Options{})
	var b inbox
	c := run(t, s.Addr, &b)
	long := strings.Repeat("Grüße aus Köln, 5 € {sofort}. ", 12)
	for i, text := range []string{"Schöne Grüße für 5 € [heute] ~ ^", "نعم، أوافق", "हाँ, मैं सहमत हूँ", "Ja 👍", long, strings.Repeat("добро ", 30)} {
		before := len(s.All(smpptest.Submitted))
		ids := send(t, c, text)
		seen := s.WaitN(t, "the pieces", before+len(ids), smpptest.Submitted)[before:]
		var got strings.Builder
		numbers := map[uint32]bool{}
		for n, x := range seen {
			got.WriteString(x.Text)
			numbers[x.Seq] = true
			if len(ids) > 1 && (len(x.UDH) != 1 || x.Class != 0x40 || !strings.HasSuffix(x.UDH[0], string([]byte{'0', byte('1' + n)}))) {
				t.Errorf("text %d piece %d has header %v, class %#x", i, n, x.UDH, x.Class)
			}
		}
		if got.String() != text {
			t.Errorf("the SMSC read %q, sent was %q", got.String(), text)
		}
		if len(numbers) != len(ids) || len(ids) != smpp.Measure(text).Parts {
			t.Errorf("text %d: %d numbers for %d pieces, measured %d", i, len(numbers), len(ids), smpp.Measure(text).Parts)
		}
	}
	until(t, "a receipt for each text", func() bool { _, r := b.all(); return len(r) == 6 })
	if _, r := b.all(); r[0] != (smpp.Receipt{ID: "n1", State: smpp.Delivered, Error: "000"}) {
		t.Errorf("receipt %+v", r[0])
	}
}

// What a real SMSC delivers arrives whole, also backwards and with wide numbers. It says of which type the sender is, not the receiver.
func TestDeliveredByARealSMSC(t *testing.T) {
	s := smpptest.Start(t, smpptest.Options{})
	var b inbox
	run(t, s.Addr, &b)
	long := strings.Repeat("Bitte keine Nachrichten mehr schicken, danke! ", 8)
	hindi := strings.Repeat("कृपया मुझे और संदेश न भेजें। ", 6)
	from := map[string]any{"do": "deliver", "from": "4915112345678", "to": "4930555010"}
	with := func(more map[string]any) map[string]any {
		out := map[string]any{}
		for k, v := range from {
			out[k] = v
		}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	s.Deliver(t, "+4915112345678", "+4930555010", "STOP für 5 €")
	s.Do(t, with(map[string]any{"text": "نعم"}))
	s.Do(t, with(map[string]any{"text": long, "ref": 9}))
	s.Do(t, with(map[string]any{"text": long, "ref": 10, "wide": true, "backwards": true}))
	s.Do(t, with(map[string]any{"text": hindi, "ref": 11, "unicode": true, "coding": 8}))
	s.Do(t, with(map[string]any{"hex": "0102ff", "text": "", "coding": 4}))
	want := []string{"STOP für 5 €", "نعم", long, long, hindi, ""}
	until(t, "six texts", func() bool { got, _ := b.all(); return len(got) == len(want) })
	got, _ := b.all()
	for i, x := range got {
		if x.Text != want[i] || x.From != "+4915112345678" || x.To != "4930555010" || !x.Whole || x.Readable != (i < 5) {
			t.Errorf("%d: %+v, want %q", i, x, want[i])
		}
	}
	answers := s.WaitN(t, "an answer to each piece", 12, func(x smpptest.Seen) bool { return x.Saw == "deliver_sm_resp" })
	for _, a := range answers {
		if a.Status != 0 {
			t.Errorf("answered %#x", a.Status)
		}
	}
}

// A text that did not take effect is answered as temporary, so that it is brought again.
func TestWhatFailedIsNotAcknowledged(t *testing.T) {
	s := smpptest.Start(t, smpptest.Options{})
	b := inbox{refuse: 1}
	run(t, s.Addr, &b)
	s.Deliver(t, "+4915112345678", "+4930555010", "STOP")
	a := s.Wait(t, "an answer", func(x smpptest.Seen) bool { return x.Saw == "deliver_sm_resp" })
	if smpp.Status(a.Status) != smpp.TemporaryError {
		t.Errorf("answered %v", smpp.Status(a.Status))
	}
}

// Throttling is waited out, a refusal is told, silence and a broken line leave the outcome open.
func TestAnswersOfARealSMSC(t *testing.T) {
	s := smpptest.Start(t, smpptest.Options{})
	var b inbox
	c := run(t, s.Addr, &b, func(o *smpp.Options) { o.Patience = 700 * time.Millisecond })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	try := func() (smpp.Outcome, error) {
		_, out, err := c.Submit(ctx, smpp.Submission{From: "Jawort", To: "+4915112345678", Text: "Dürfen wir?"})
		return out, err
	}
	s.Fault(t, smpp.Throttled, smpp.QueueFull)
	if out, err := try(); out != smpp.Sent || err != nil || len(s.Now(t, smpptest.Submitted)) != 3 {
		t.Errorf("throttled twice: %v %v after %d tries", out, err, len(s.Now(t, smpptest.Submitted)))
	}
	s.Fault(t, smpp.InvalidTarget)
	var no smpp.Refusal
	if out, err := try(); out != smpp.NotSent || !errors.As(err, &no) || !no.WrongTarget() {
		t.Errorf("refused: %v %v", out, err)
	}
	s.Fault(t, "silent")
	if out, err := try(); out != smpp.MayBeSent || err == nil {
		t.Errorf("no answer: %v %v", out, err)
	}
	s.Fault(t, "cut")
	if out, err := try(); out != smpp.MayBeSent || err == nil {
		t.Errorf("line cut: %v %v", out, err)
	}
	s.WaitN(t, "a second bind", 2, func(x smpptest.Seen) bool { return x.Saw == "bind_transceiver" })
	until(t, "bound again", func() bool { return c.Line().Bound })
	if out, err := try(); out != smpp.Sent || err != nil {
		t.Errorf("after the line came back: %v %v", out, err)
	}
	_, out, err := c.Submit(ctx, smpp.Submission{To: "+4915112345678", Text: "x", Fence: func() bool { return false }})
	if out != smpp.NotSent || !errors.Is(err, smpp.ErrFenced) {
		t.Errorf("fenced: %v %v", out, err)
	}
	if n := len(s.Now(t, smpptest.Submitted)); n != 7 {
		t.Errorf("the SMSC saw %d submits, want 7: nothing is sent twice by itself", n)
	}
}

// The window is never overrun, however many send at once.
func TestWindowIsKept(t *testing.T) {
	s := smpptest.Start(t, smpptest.Options{})
	var b inbox
	c := run(t, s.Addr, &b, func(o *smpp.Options) { o.Window = 3; o.Patience = time.Second })
	s.Fault(t, "silent", "silent", "silent")
	var all sync.WaitGroup
	var mu sync.Mutex
	outs := map[smpp.Outcome]int{}
	for range 12 {
		all.Go(func() {
			_, out, _ := c.Submit(context.Background(), smpp.Submission{From: "1234", To: "+4915112345678", Text: "Hallo"})
			mu.Lock()
			outs[out]++
			mu.Unlock()
		})
	}
	s.WaitN(t, "a window's worth", 3, smpptest.Submitted)
	all.Wait()
	if outs[smpp.MayBeSent] != 3 || outs[smpp.Sent] != 9 {
		t.Errorf("outcomes %v", outs)
	}
}

// Enquiries in both directions, garbage, and the other side's goodbye: the line is kept or made anew.
func TestLineIsKept(t *testing.T) {
	s := smpptest.Start(t, smpptest.Options{})
	var b inbox
	c := run(t, s.Addr, &b, func(o *smpp.Options) { o.Enquire = 40 * time.Millisecond })
	saw := func(what string) func(smpptest.Seen) bool {
		return func(x smpptest.Seen) bool { return x.Saw == what }
	}
	s.WaitN(t, "our enquiries", 2, saw("enquire_link"))
	s.Do(t, map[string]any{"do": "enquire"})
	s.Wait(t, "our answer", saw("enquire_link_resp"))
	s.Do(t, map[string]any{"do": "raw", "text": "00000010" + "00000103" + "00000000" + "00000009"}) // data_sm: not spoken here
	s.Wait(t, "our refusal", saw("generic_nack"))
	for n, how := range []map[string]any{{"do": "unbind"}, {"do": "raw", "text": "ffffffff00000000"}, {"do": "raw", "text": "0000001400000005000000000000000141414141"}, {"do": "cut"}} {
		s.Do(t, how)
		s.WaitN(t, "a new bind after "+how["do"].(string), n+2, saw("bind_transceiver"))
		until(t, "bound", func() bool { return c.Line().Bound })
	}
	s.Deliver(t, "+4915112345678", "+4930555010", "noch da?")
	until(t, "a text after all that", func() bool { got, _ := b.all(); return len(got) == 1 })
}

func TestWrongPasswordIsTold(t *testing.T) {
	s := smpptest.Start(t, smpptest.Options{})
	c := smpp.New(smpp.Options{Addr: s.Addr, Binding: smpp.Binding{SystemID: smpptest.Login, Password: "falsch"}})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go c.Run(ctx)
	var no smpp.Refusal
	until(t, "the refusal", func() bool { return errors.As(c.Line().Why, &no) })
	if !no.WrongLogin() || c.Line().Bound {
		t.Errorf("%+v", c.Line())
	}
	if _, out, err := c.Submit(ctx, smpp.Submission{To: "+49151", Text: "x"}); out != smpp.NotSent || !errors.Is(err, smpp.ErrNotBound) {
		t.Errorf("without a line: %v %v", out, err)
	}
}

// Several binds share the work of one account; over TLS, and never with a certificate nobody vouches for.
func TestSeveralBindsOverTLS(t *testing.T) {
	key, cert, roots := certificate(t)
	s := smpptest.Start(t, smpptest.Options{Key: key, Cert: cert})
	var b inbox
	secure := func(o *smpp.Options) { o.TLS = &tls.Config{RootCAs: roots, ServerName: "example.com"} }
	first, second := run(t, s.Addr, &b, secure), run(t, s.Addr, &b, secure)
	send(t, first, "eins")
	send(t, second, "zwei")
	lines := map[string]bool{}
	for _, x := range s.WaitN(t, "both", 2, smpptest.Submitted) {
		lines[x.Line] = true
	}
	if len(lines) != 2 {
		t.Errorf("texts came over %v", lines)
	}
	stranger := smpp.New(smpp.Options{Addr: s.Addr, TLS: &tls.Config{ServerName: "example.com"}})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go stranger.Run(ctx)
	var unknown *tls.CertificateVerificationError
	until(t, "the certificate refused", func() bool { return errors.As(stranger.Line().Why, &unknown) })
}

// certificate borrows the one that httptest carries for example.com.
func certificate(t *testing.T) (key, cert string, roots *x509.CertPool) {
	t.Helper()
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	der, err := x509.MarshalPKCS8PrivateKey(web.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AddCert(web.Certificate())
	block := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	return block("PRIVATE KEY", der), block("CERTIFICATE", web.Certificate().Raw), roots
}
