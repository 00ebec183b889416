package manager

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"jawort/account"
	"jawort/address"
	"jawort/errs"
	"jawort/roster"
)

// Bounds of a list of opt-outs.
const (
	mostOptOuts     = 100_000
	mostOptOutBytes = 8 << 20
	shownFaults     = 100
	mostFaults      = 2_000 // more, and it is no list of numbers
)

// optOutList is a list on its way: judged line by line and shown before anything of it takes effect. It lives in this process;
// what took effect stands in the ledger, and the same list again changes nothing more.
type optOutList struct {
	numbers []address.Address
	lines   int
	twice   int
	still   int         // rows that say somebody is opted in
	faults  []lineFault // the first ones
	bad     int
	mu      sync.Mutex
	done    int
	failed  int
	running bool
	over    bool
}

type lineFault struct {
	line int
	text string
	why  string // of package say
}

// progress is how far it is.
func (l *optOutList) progress() (done, failed int, running, over bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.done, l.failed, l.running, l.over
}

// begin marks the list as running; false when it was begun before.
func (l *optOutList) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running || l.over {
		return false
	}
	l.running = true
	return true
}

func (l *optOutList) tell(ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done++
	if !ok {
		l.failed++
	}
}

func (l *optOutList) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running, l.over = false, true
}

// optOutLists are those of all businesses, one each.
type optOutLists struct {
	mu  sync.Mutex
	all map[string]*optOutList
}

func (x *optOutLists) of(tenant string) *optOutList {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.all[tenant]
}

// put keeps a list unless one is running.
func (x *optOutLists) put(tenant string, l *optOutList) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if old := x.all[tenant]; old != nil {
		if _, _, running, _ := old.progress(); running {
			return false
		}
	}
	if x.all == nil {
		x.all = map[string]*optOutList{}
	}
	x.all[tenant] = l
	return true
}

// judgeOptOuts reads a list as people export them (package roster). A row without a number is named with its line; what stood there is
// shown shortened, and nothing of it is ever carried out. A row that says somebody is still opted in is left alone.
func judgeOptOuts(text []byte, region string) (*optOutList, error) {
	list, err := roster.Read(text, roster.Options{Region: region})
	if err != nil {
		return nil, err
	}
	out, faults := list.Out(), list.Faults()
	l := &optOutList{twice: list.Twice, lines: len(list.Rows) + list.Twice, bad: len(faults), still: list.Still()}
	switch {
	case l.lines > mostOptOuts:
		return nil, errs.At("list", "manager.optouts.many").With(errs.Args{"Most": mostOptOuts})
	case l.bad > mostFaults:
		return nil, errs.At("list", "manager.optouts.other").With(errs.Args{"Most": mostFaults})
	}
	for _, r := range out {
		l.numbers = append(l.numbers, r.Address)
	}
	for _, r := range faults[:min(len(faults), shownFaults)] {
		l.faults = append(l.faults, lineFault{r.Line, r.Text, "roster." + string(r.Problem)})
	}
	return l, nil
}

func setupOptOuts(v *visit) error {
	return v.show(http.StatusOK, setupOptOutsView(v, v.s.lists.of(v.tenant.ID), typed{}))
}

// setupJudgeOptOuts reads a list and shows what is in it; nothing takes effect yet.
func setupJudgeOptOuts(v *visit) error {
	var f typed
	body, err := v.optOutText()
	var l *optOutList
	if err == nil {
		l, err = judgeOptOuts(body, v.tenant.Country)
	}
	if err == nil && !v.s.lists.put(v.tenant.ID, l) {
		err = errs.New(errs.Conflict, "manager.optouts.running")
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = errs.At("list", "manager.optouts.large").Because(e)
	}
	if err != nil {
		if errs.CodeOf(err) != errs.Invalid && errs.CodeOf(err) != errs.Conflict {
			return err
		}
		f.refuse("list", v.sentence(err))
		return v.show(http.StatusBadRequest, setupOptOutsView(v, v.s.lists.of(v.tenant.ID), f))
	}
	return v.to("/setup/optouts")
}

// optOutText is the pasted list, or the file.
func (v *visit) optOutText() ([]byte, error) {
	if _, err := v.typed(); err != nil {
		return nil, errs.At("list", "manager.optouts.large").Because(err)
	}
	if text := strings.TrimSpace(v.r.PostFormValue("list")); text != "" {
		return []byte(text), nil
	}
	return v.upload("file", mostOptOutBytes)
}

// setupApplyOptOuts lets the list take effect behind the page; without numbers in it the step is done at once.
func setupApplyOptOuts(v *visit) error {
	l := v.s.lists.of(v.tenant.ID)
	if l == nil || v.s.OptOut == nil {
		return v.to("/setup/optouts")
	}
	if l.begin() {
		go v.s.applyList(v.tenant.ID, v.staff.ID, l)
	}
	if err := v.mark("optouts", account.StepDone); err != nil {
		return err
	}
	return v.to("/setup/optouts")
}

// applyList hands the numbers on, many at a time: those that come together share a commit.
func (s *server) applyList(tenant, staff string, l *optOutList) {
	defer l.end()
	next := make(chan address.Address)
	var workers sync.WaitGroup
	for range 64 {
		workers.Go(func() {
			for to := range next {
				err := s.OptOut(context.Background(), tenant, staff, to)
				if err != nil {
					s.Log.Error("opt-out of a list", "error", err)
				}
				l.tell(err == nil)
			}
		})
	}
	for _, to := range l.numbers {
		select {
		case <-s.Stopping:
			close(next)
			workers.Wait()
			return
		case next <- to:
		}
	}
	close(next)
	workers.Wait()
}
