namespace PyWharf.Integration.Support.GitHub;

/// <summary>The limits of the API: requests per hour, and the secondary ones a client can't see coming.</summary>
/// <remarks>https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api</remarks>
internal sealed class RateLimits(TimeProvider time)
{
    private const string SecondaryMessage =
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Window> _windows = [];
    private readonly Dictionary<string, Queue<DateTimeOffset>> _created = [];
    private int _exceededStatus = 403;
    private int _secondaryLeft;
    private (int Status, TimeSpan? RetryAfter) _secondary;

    /// <summary>Requests per hour of a user's token; workflow runs have 1,000, requests without a token 60.</summary>
    public int PerHour { get; set; } = 5000;

    /// <summary>Content-creating requests per minute and token; GitHub's limit is 80. Null: not enforced.</summary>
    public int? CreationsPerMinute { get; set; }

    /// <summary>The primary limit is used up, for one token (none: for everybody), until then.</summary>
    public void Exhaust(TimeSpan resetsIn, int status = 403, FakeToken? token = null)
    {
        lock (_gate)
        {
            _exceededStatus = status;
            _windows[token?.Value ?? "*"] = new Window(int.MaxValue, time.GetUtcNow() + resetsIn);
        }
    }

    /// <summary>The next requests, of anybody, hit a secondary limit.</summary>
    public void ExceedSecondary(int times = 1, int status = 403, TimeSpan? retryAfter = null)
    {
        lock (_gate)
        {
            _secondaryLeft = times;
            _secondary = (status, retryAfter);
        }
    }

    /// <summary>All limits are as at the start.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            _windows.Clear();
            _created.Clear();
            _secondaryLeft = 0;
        }
    }

    internal Reply? Refusal(Call call)
    {
        lock (_gate)
        {
            if (_secondaryLeft > 0)
            {
                _secondaryLeft--;
                return Secondary(_secondary.Status, _secondary.RetryAfter);
            }

            if (WindowOf(call.Token) is var window && window.Used >= LimitOf(call.Token) && call.Origin == Origin.Api)
            {
                return Reply.Error(_exceededStatus, $"API rate limit exceeded for {call.Token?.ToString() ?? "your address"}.");
            }

            return CreatesTooMuch(call) ? Secondary(403, retryAfter: null) : null;
        }
    }

    /// <summary>Counts an answered request and tells the client where it stands; the uploads host does neither.</summary>
    internal void Account(Call call, Reply reply)
    {
        if (call.Origin != Origin.Api)
        {
            return;
        }

        lock (_gate)
        {
            var window = WindowOf(call.Token);
            var limit = LimitOf(call.Token);
            var free = (reply.Status == 304 && call.Token is not null) || call.Segments is ["rate_limit"];
            if (!free && window.Used < limit)
            {
                window = window with { Used = window.Used + 1 };
                _windows[call.Token?.Value ?? ""] = window;
            }

            var used = Math.Min(window.Used, limit);
            reply.With("X-RateLimit-Limit", $"{limit}")
                .With("X-RateLimit-Remaining", $"{limit - used}")
                .With("X-RateLimit-Used", $"{used}")
                .With("X-RateLimit-Reset", $"{window.ResetsAt.ToUnixTimeSeconds()}")
                .With("X-RateLimit-Resource", "core");
        }
    }

    /// <summary>Where the client stands, as the API tells when asked.</summary>
    internal object Overview(Call call)
    {
        lock (_gate)
        {
            var window = WindowOf(call.Token);
            var limit = LimitOf(call.Token);
            var used = Math.Min(window.Used, limit);
            var core = new { limit, used, remaining = limit - used, reset = window.ResetsAt.ToUnixTimeSeconds() };
            var search = core with { limit = 30, used = 0, remaining = 30 };

            return new { resources = new { core, search }, rate = core };
        }
    }

    private static Reply Secondary(int status, TimeSpan? retryAfter)
    {
        var reply = Reply.Error(status, SecondaryMessage);

        return retryAfter is { } after ? reply.With("Retry-After", $"{after.TotalSeconds:0}") : reply;
    }

    private bool CreatesTooMuch(Call call)
    {
        if (CreationsPerMinute is not { } most || call.Method is not ("POST" or "PUT" or "PATCH"))
        {
            return false;
        }

        var now = time.GetUtcNow();
        var key = call.Token?.Value ?? "";
        var created = _created.TryGetValue(key, out var known) ? known : _created[key] = new Queue<DateTimeOffset>();
        while (created.TryPeek(out var oldest) && now - oldest >= TimeSpan.FromMinutes(1))
        {
            created.Dequeue();
        }

        if (created.Count >= most)
        {
            return true;
        }

        created.Enqueue(now);
        return false;
    }

    private int LimitOf(FakeToken? token) => token?.Kind switch
    {
        null => Math.Min(60, PerHour),
        TokenKind.Actions => Math.Min(1000, PerHour),
        _ => PerHour,
    };

    private Window WindowOf(FakeToken? token)
    {
        foreach (var key in new[] { "*", token?.Value ?? "" })
        {
            if (_windows.TryGetValue(key, out var window) && window.ResetsAt > time.GetUtcNow())
            {
                return window;
            }
        }

        return new Window(0, time.GetUtcNow() + TimeSpan.FromHours(1));
    }

    private sealed record Window(int Used, DateTimeOffset ResetsAt);
}
