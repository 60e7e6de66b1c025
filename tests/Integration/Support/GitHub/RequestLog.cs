namespace PyWharf.Integration.Support.GitHub;

/// <summary>All requests in the order in which they came in, and how many were under way at once.</summary>
internal sealed class RequestLog
{
    private readonly Lock _gate = new();
    private readonly List<LoggedRequest> _requests = [];
    private int _atOnce;
    private int _writesAtOnce;

    public IReadOnlyList<LoggedRequest> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>The most requests that were under way at one time; GitHub allows 100.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The same of changes; GitHub wants them one after the other.</summary>
    public int MostWritesAtOnce { get; private set; }

    public IReadOnlyList<LoggedRequest> To(Origin origin) => [.. All.Where(request => request.Origin == origin)];

    /// <summary>How often this method was used with a path that contains the text.</summary>
    public int Count(string method, string path) =>
        All.Count(request => request.Method == method && request.Path.Contains(path, StringComparison.Ordinal));

    public void Clear()
    {
        lock (_gate)
        {
            _requests.Clear();
            (MostAtOnce, MostWritesAtOnce) = (0, 0);
        }
    }

    internal void Arrived(LoggedRequest request)
    {
        lock (_gate)
        {
            _requests.Add(request);
            MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
            MostWritesAtOnce = Math.Max(MostWritesAtOnce, _writesAtOnce += request.Writes ? 1 : 0);
        }
    }

    internal void Left(LoggedRequest request)
    {
        lock (_gate)
        {
            _atOnce--;
            _writesAtOnce -= request.Writes ? 1 : 0;
        }
    }
}
