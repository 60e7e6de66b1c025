using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Upstream did not answer, or not in a way that we understand.</summary>
/// <param name="kind"><see cref="FailureKind.Unavailable"/>, which may pass, or <see cref="FailureKind.BadGateway"/>.</param>
/// <param name="message">For clients: a sentence without secrets.</param>
/// <param name="retryAfter">When upstream wants to be asked again, if it said so.</param>
/// <param name="innerException">What happened below, if anything.</param>
internal sealed class UpstreamException(FailureKind kind, string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    // pip waits as long as it is told, five times for each project.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public FailureKind Kind => kind;

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Whether there was no connection: then no other project has an answer either.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Whether there was a connection but no answer for all the time that was allowed.</summary>
    public bool IsTimeout { get; init; }

    public Failure ToFailure()
    {
        var wait = retryAfter ?? Shortest;
        return new Failure(kind, Message, wait < Shortest ? Shortest : wait > Longest ? Longest : wait);
    }
}
