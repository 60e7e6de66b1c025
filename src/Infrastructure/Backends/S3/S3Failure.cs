using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>Maps an <see cref="S3Exception"/> to the failure that a client is told.</summary>
internal static class S3Failure
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    /// <summary>The failure for an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="what">The consequence, as a clause: <c>foo-1.0.tar.gz was not published</c>.</param>
    public static Failure Of(S3Exception exception, string what) => exception.Kind switch
    {
        S3ErrorKind.NotFound => new Failure(FailureKind.NotFound, $"The object storage no longer has it, so {what}."),
        S3ErrorKind.PreconditionFailed => new Failure(FailureKind.Unavailable, $"Somebody else is changing the same objects, so {what}: try again in a moment.", Moment),
        S3ErrorKind.Misconfigured => new Failure(
            FailureKind.Unavailable, $"The object storage refuses this server, so {what}: {exception.Message}. Its operator has to correct that.", Outage),
        S3ErrorKind.NotImplemented => new Failure(FailureKind.Unavailable, $"The object storage lacks what this needs, so {what}: {exception.Message}.", Outage),
        _ => new Failure(FailureKind.Unavailable, $"The object storage can't be used now, so {what}: {exception.Message}. Try again later.", Outage),
    };
}
