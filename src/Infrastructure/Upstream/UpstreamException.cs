using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Upstream did not respond, or not with a valid page.</summary>
/// <param name="kind"><see cref="FailureKind.Unavailable"/>, which may pass, or <see cref="FailureKind.BadGateway"/>.</param>
/// <param name="message">For clients: a sentence without secrets.</param>
/// <param name="retryAfter">When upstream wants to be asked again, if it said so.</param>
/// <param name="innerException">The cause, if any.</param>
internal sealed class UpstreamException(FailureKind kind, string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    // pip waits as long as it is told, five times for each project.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public FailureKind Kind => kind;

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Whether no connection could be made, which concerns every project.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Whether the connection was made but the response did not come in time.</summary>
    public bool IsTimeout { get; init; }

    public Failure ToFailure()
    {
        var wait = retryAfter ?? Shortest;
        return new Failure(kind, Message, wait < Shortest ? Shortest : wait > Longest ? Longest : wait);
    }
}
