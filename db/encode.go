package db

// arrays gathers one array for each column: what PostgreSQL's unnest reads.
type arrays []column

type column interface {
	add(v any)
	argument() any
}

func newArrays(types []string, n int) arrays {
	a := make(arrays, len(types))
	for i, typ := range types {
		switch typ {
		case "text":
			a[i] = newArray[string](n)
		case "bigint":
			a[i] = newArray[int64](n)
		case "boolean":
			a[i] = newArray[bool](n)
		case "double":
			a[i] = newArray[float64](n)
		case "bytea":
			a[i] = newArray[[]byte](n)
		}
	}
	return a
}

func (a arrays) row()              {}
func (a arrays) cell(j int, v any) { a[j].add(v) }

// array is one column; pointers are needed only once there is a NULL in it.
type array[T any] struct {
	all      []T
	nullable []*T
}

func newArray[T any](n int) *array[T] { return &array[T]{all: make([]T, 0, n)} }

func (a *array[T]) add(v any) {
	t, ok := v.(T)
	if !ok && a.nullable == nil {
		a.nullable = make([]*T, 0, cap(a.all))
		for i := range a.all {
			a.nullable = append(a.nullable, &a.all[i])
		}
	}
	switch {
	case !ok:
		a.nullable = append(a.nullable, nil)
	case a.nullable != nil:
		a.nullable = append(a.nullable, &t)
	default:
		a.all = append(a.all, t)
	}
}

func (a *array[T]) argument() any {
	if a.nullable != nil {
		return a.nullable
	}
	return a.all
}
