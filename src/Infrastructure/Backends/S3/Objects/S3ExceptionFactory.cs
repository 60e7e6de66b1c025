using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>Says in words what an exception of the SDK means.</summary>
/// <param name="config">Named in messages.</param>
internal sealed class S3ExceptionFactory(S3Config config)
{
    private string Where => config.Endpoint is { } endpoint ? endpoint.GetLeftPart(UriPartial.Authority) : "Amazon S3";

    /// <summary>The exception for a request that took too long.</summary>
    public S3Exception OfTimeout(Exception cause) => new(S3ErrorKind.Unavailable, $"{Where} does not answer in time", cause);

    /// <summary>The exception for one of the SDK.</summary>
    public S3Exception Of(Exception cause) => cause switch
    {
        AmazonServiceException { StatusCode: 0 } => Unreachable(cause),
        AmazonServiceException service => Of(service),
        // The SDK's default chain found none, or could not ask for them.
        AmazonClientException => new(S3ErrorKind.Misconfigured, $"no credentials for {Where} were found: set access_key_env and secret_key_env, or give this machine a role ({FirstLine(cause.Message)})", cause),
        _ => Unreachable(cause),
    };

    private S3Exception Of(AmazonServiceException cause) => (cause.StatusCode, cause.ErrorCode) switch
    {
        (_, "NoSuchBucket") => Misconfigured($"there is no bucket \"{config.Bucket}\" at {Where}: create it, or correct bucket", cause),
        (_, "InvalidAccessKeyId") => Misconfigured($"{Where} does not know the access key", cause),
        (_, "SignatureDoesNotMatch") => Misconfigured($"the secret key does not belong to the access key at {Where}", cause),
        (_, "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired") => Misconfigured($"the temporary credentials for {Where} are expired or invalid", cause),
        (_, "RequestTimeTooSkewed" or "RequestExpired") => Misconfigured($"the clock of this machine differs from that of {Where} by more than it accepts: set it right", cause),
        (_, "PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException") or (HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect, _) =>
            Misconfigured($"the bucket \"{config.Bucket}\" is in another region than {config.Region ?? "the default one"}: correct region", cause),
        (_, "NotImplemented") or (HttpStatusCode.NotImplemented, _) => new(S3ErrorKind.NotImplemented, $"{Where} can't do that", cause),
        (HttpStatusCode.NotFound, _) => new(S3ErrorKind.NotFound, $"{config.Place} has no such object", cause),
        // 409: another conditional write to the key is under way.
        (HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict, _) => new(S3ErrorKind.PreconditionFailed, "the object was changed meanwhile", cause),
        (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, _) => Misconfigured($"{Where} denies access to the bucket \"{config.Bucket}\": check the keys and what they may do", cause),
        (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, _) => new(S3ErrorKind.Unavailable, $"{Where} has more requests than it can serve", cause),
        (var status, _) when status >= HttpStatusCode.InternalServerError => new(S3ErrorKind.Unavailable, $"{Where} is in trouble ({(int)cause.StatusCode})", cause),
        (HttpStatusCode.BadRequest, "InvalidArgument" or "InvalidRequest" or "InvalidEncryptionAlgorithmError") when config.Encryption is not null =>
            Misconfigured($"{Where} refuses the request, perhaps for server_side_encryption = \"{config.Encryption}\" ({FirstLine(cause.Message)})", cause),
        _ => Misconfigured($"{Where} refuses the request ({(int)cause.StatusCode} {cause.ErrorCode})", cause),
    };

    private S3Exception Unreachable(Exception cause) =>
        new(S3ErrorKind.Unavailable, $"{Where} can't be reached ({FirstLine((cause.InnerException ?? cause).GetBaseException().Message)})", cause);

    private static S3Exception Misconfigured(string message, Exception cause) => new(S3ErrorKind.Misconfigured, message, cause);

    private static string FirstLine(string message) => message.Split('\n')[0].Trim().TrimEnd('.');
}
