namespace PyWharf.Integration.Support.GitHub;

/// <summary>Something that goes wrong with one request, before or after its <see cref="Effect"/>.</summary>
internal abstract record Fault
{
    /// <summary>What has happened in the state by then; nothing unless told.</summary>
    public Effect Effect { get; init; } = Effect.None;

    /// <summary>Another answer, by default in HTML, as GitHub's front servers give it.</summary>
    internal sealed record Answer(int Status, string Body = Answer.Html, string ContentType = "text/html; charset=utf-8") : Fault
    {
        public const string Html = "<!DOCTYPE html><html><head><title>Unicorn!</title></head><body><p>This page is taking too long to load.</p></body></html>";

        /// <summary>More header fields, such as Retry-After.</summary>
        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

        /// <summary>An answer in the form of the API's errors.</summary>
        public static Answer Json(int status, string message) =>
            new(status, Encode(new { message, documentation_url = "https://docs.github.com/rest", status = $"{status}" }), Reply.JsonType);

        private static string Encode(object value) => System.Text.Json.JsonSerializer.Serialize(value);
    }

    /// <summary>The connection breaks instead of an answer; with no effect before the body is read.</summary>
    internal sealed record Reset : Fault;

    /// <summary>The header fields and the first half of the body arrive, then the connection breaks.</summary>
    internal sealed record Cut : Fault
    {
        public Cut() => Effect = Effect.Whole;
    }

    /// <summary>The request waits, before or after its effect, until the test lets it go on.</summary>
    internal sealed record Pause : Waiting;

    /// <summary>The header fields and the first half of the body arrive, and the rest once the test lets it.</summary>
    internal sealed record Stall : Waiting
    {
        public Stall() => Effect = Effect.Whole;
    }

    /// <summary>A fault that lasts as long as the test wants; to be ordered once.</summary>
    internal abstract record Waiting : Fault
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Done once a request waits here; a test that waits in vain fails.</summary>
        public Task Reached => _reached.Task.WaitAsync(ChildProcess.HangGuard);

        public void Release() => _released.TrySetResult();

        internal Task WaitAsync(CancellationToken stopping)
        {
            _reached.TrySetResult();

            return _released.Task.WaitAsync(stopping);
        }
    }
}
