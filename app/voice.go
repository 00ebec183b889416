package app

import "jawort/manager"

// lineStatus tells the manager where lines stand; nil = there is no telephone of our own.
func (a *App) lineStatus() func(line string) (manager.LineStatus, bool) {
	if a.Voice.Addr() == "" {
		return nil
	}
	return func(line string) (manager.LineStatus, bool) {
		state, code, until, ok := a.Voice.Status(line)
		return manager.LineStatus{State: state, Code: code, Until: until}, ok
	}
}
