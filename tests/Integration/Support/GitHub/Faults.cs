namespace PyWharf.Integration.Support.GitHub;

/// <summary>The faults to come: those a test orders for certain requests, and random ones.</summary>
internal sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly List<Order> _orders = [];
    private readonly Dictionary<string, int> _inARow = [];
    private Random? _random;
    private double _rate;
    private int _mostInARow;

    /// <summary>Faults ordered that have not struck yet.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _orders.Sum(order => order.Left);
            }
        }
    }

    /// <summary>Strikes the next requests of this kind; earlier orders come first.</summary>
    public void Next(Func<LoggedRequest, bool> request, Fault fault, int times = 1)
    {
        lock (_gate)
        {
            _orders.Add(new Order(request, fault) { Left = times });
        }
    }

    /// <summary>Random faults from now on, the same for the same seed and order of requests.</summary>
    /// <param name="seed">Of the random numbers.</param>
    /// <param name="rate">The share of requests to strike, 0 to 1.</param>
    /// <param name="mostInARow">So many requests of one method and path fail one after the other at most.</param>
    public void Chaos(int seed, double rate, int mostInARow = 2)
    {
        lock (_gate)
        {
            (_random, _rate, _mostInARow) = (new Random(seed), rate, mostInARow);
        }
    }

    /// <summary>No more faults, neither ordered nor random.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _orders.Clear();
            _random = null;
        }
    }

    internal Fault? Take(LoggedRequest request)
    {
        lock (_gate)
        {
            if (_orders.Find(order => order.Request(request)) is not { } order)
            {
                return Random(request);
            }

            order.Left--;
            _orders.RemoveAll(one => one.Left <= 0);

            return order.Fault;
        }
    }

    private Fault? Random(LoggedRequest request)
    {
        var kind = $"{request.Method} {request.Origin} {request.Path}";
        var before = _inARow.GetValueOrDefault(kind);
        if (_random is null || _random.NextDouble() >= _rate || before >= _mostInARow)
        {
            _inARow.Remove(kind);
            return null;
        }

        _inARow[kind] = before + 1;
        var upload = request is { Origin: Origin.Uploads, Method: "POST" };

        return _random.Next(upload ? 9 : 7) switch
        {
            0 => new Fault.Answer(502),
            1 => new Fault.Answer(502) { Effect = Effect.Whole },
            2 => Fault.Answer.Json(500, "Server Error"),
            3 => Fault.Answer.Json(503, "Service Unavailable") with { Effect = Effect.Whole },
            4 => new Fault.Reset(),
            5 => new Fault.Reset { Effect = Effect.Whole },
            6 => new Fault.Cut(),
            7 => new Fault.Answer(502) { Effect = Effect.StarterAsset },
            _ => Fault.Answer.Json(500, "Server Error") with { Effect = Effect.GhostAsset },
        };
    }

    private sealed record Order(Func<LoggedRequest, bool> Request, Fault Fault)
    {
        public required int Left { get; set; }
    }
}
