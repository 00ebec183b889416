package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// Config is what serve and the commands beside it need to know. A flag beats the environment, that beats the file. The file is one
// JSON object with the flags' names, _ for -; a name it does not know is a fault, so that a slip of the pen is not a silent default.
type Config struct {
	DB          string `name:"db" group:"Configuration" env:"JAWORT_DB" placeholder:"URL" help:"Database: sqlite:FILE or postgres://…; a file in the data folder when empty."`
	Data        string `name:"data" group:"Configuration" env:"JAWORT_DATA" default:"jawort-data" placeholder:"DIR" help:"Folder of the SQLite file."`
	Listen      string `name:"listen" group:"Configuration" env:"JAWORT_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Where to listen."`
	BaseURL     string `name:"base-url" group:"Configuration" env:"JAWORT_BASE_URL" placeholder:"URL" help:"How the outside reaches us, for links and Meta's webhook; https but on this machine."`
	Key         string `name:"key" group:"Configuration" env:"JAWORT_KEY" hidden:"" help:"Key for secrets at rest, as id:base64. Better by environment or file: flags are seen by others."`
	KeyFile     string `name:"key-file" group:"Configuration" env:"JAWORT_KEY_FILE" placeholder:"FILE" help:"File with the key, readable by its owner alone; JAWORT_KEY holds the key itself."`
	Calls       string `name:"calls" group:"Configuration" env:"JAWORT_CALLS" placeholder:"ADDR" help:"Where to take telephone calls by SIP over UDP and TCP, such as 0.0.0.0:5060; none when empty."`
	CallsPublic string `name:"calls-public" group:"Configuration" env:"JAWORT_CALLS_PUBLIC" placeholder:"IP" help:"Our address as telephone providers see it, behind a router."`
	CallsPorts  string `name:"calls-ports" group:"Configuration" env:"JAWORT_CALLS_PORTS" placeholder:"FROM-TO" help:"UDP ports for the sound of calls, for firewalls; any when empty."`
	CallsAllow  string `name:"calls-allow" group:"Configuration" env:"JAWORT_CALLS_ALLOW" placeholder:"NETS" help:"Networks that may call us besides the providers of our lines, such as 10.0.0.0/8,192.0.2.7/32."`
	VerifyToken string `name:"verify-token" group:"Configuration" env:"JAWORT_VERIFY_TOKEN" placeholder:"TEXT" help:"Word that Meta repeats when it first calls our webhook."`
}

// configGroup marks the flags that the file may set.
const configGroup = "Configuration"

// Database is the address of the database.
func (c *Config) Database() string {
	if c.DB != "" {
		return c.DB
	}
	return "sqlite:" + filepath.Join(c.Data, "jawort.db")
}

// Base is how the outside reaches us, without trailing slash.
func (c *Config) Base() string {
	if c.BaseURL != "" {
		return strings.TrimRight(c.BaseURL, "/")
	}
	return "http://" + c.Listen
}

// Faults says in sentences what keeps serve from starting; none when it may start.
func (c *Config) Faults() []string {
	var out []string
	if c.Key == "" && c.KeyFile == "" {
		out = append(out, "no key for secrets at rest: make one with `jawort doctor --new-key` and set JAWORT_KEY or JAWORT_KEY_FILE")
	}
	if c.VerifyToken == "" {
		out = append(out, "no verify token: choose a long random word, set JAWORT_VERIFY_TOKEN, and give the same word to Meta with the webhook's address")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		out = append(out, "listen is not an address with a port, such as 127.0.0.1:8080")
	}
	if _, err := c.calls(); err != nil {
		out = append(out, err.Error())
	}
	u, err := url.Parse(c.Base())
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		out = append(out, "base_url is not a web address, such as https://jawort.example.com")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		out = append(out, "base_url must begin with https:// (Meta calls no webhook without it, and the login would be readable on the way)")
	}
	return out
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// readConfig reads the file and refuses names it does not know.
func readConfig(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if err := json.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	known := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		known[strings.ReplaceAll(f.Tag.Get("name"), "-", "_")] = true
	}
	for name := range values {
		if !known[name] {
			return nil, fmt.Errorf("configuration file: unknown name %q", name)
		}
	}
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if flag.Group == nil || flag.Group.Key != configGroup || fromEnvironment(flag) {
			return nil, nil
		}
		return values[strings.ReplaceAll(flag.Name, "-", "_")], nil
	}), nil
}

func fromEnvironment(flag *kong.Flag) bool {
	for _, name := range flag.Tag.Envs {
		if os.Getenv(name) != "" {
			return true
		}
	}
	return false
}

// addConfig reads the file that JAWORT_CONFIG names, unless --config names one.
func addConfig(k *kong.Context, name string) error {
	for _, flag := range k.Flags() {
		if flag.Name == "config" && flag.Set {
			return nil
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("JAWORT_CONFIG: %w", err)
	}
	defer f.Close()
	r, err := readConfig(f)
	if err == nil {
		k.AddResolver(r)
	}
	return err
}
