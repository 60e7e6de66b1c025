using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PyWharf.Infrastructure.Doctor;

namespace PyWharf.Integration.Doctor;

/// <summary>Single checks of <c>pywharf doctor</c>, for answers that a real proxy gives by chance only.</summary>
public sealed class ProbeTests
{
    // How an upload ends, how the deletion after it, and what is said of that.
    [Theory]
    [InlineData(200, 200, CheckStatus.Ok, "is deleted")]
    [InlineData(504, 200, CheckStatus.Ok, "is deleted")]
    [InlineData(502, 404, CheckStatus.Warning, "is not there so far")]
    [InlineData(200, 403, CheckStatus.Warning, "delete it with a credential that may")]
    [InlineData(0, 200, CheckStatus.Ok, "is deleted")]
    [InlineData(413, 0, CheckStatus.Skipped, "nothing was uploaded")]
    public async Task What_may_have_been_uploaded_is_deleted_whatever_the_answer(int upload, int deletion, CheckStatus status, string said)
    {
        var deleted = new ConcurrentQueue<string>();
        await using var server = await PlayedDeployment.StartAsync(http =>
        {
            if (HttpMethods.IsDelete(http.Request.Method))
            {
                deleted.Enqueue(http.Request.Path.Value ?? "");
                http.Response.StatusCode = deletion;
            }
            else if (upload == 0)
            {
                http.Abort();
            }
            else
            {
                http.Response.StatusCode = upload;
            }

            return Task.CompletedTask;
        });
        using var deployment = Deployment(server.Urls.Single());

        await Record.ExceptionAsync(() => new UploadProbe(isAllowed: true, TimeProvider.System).RunAsync(deployment, CancellationToken.None));
        var finding = await new CleanupProbe().RunAsync(deployment, CancellationToken.None);

        Assert.Equal((status, deletion == 0 ? 0 : 1), (finding.Status, deleted.Count));
        Assert.Contains(said, finding.Message, StringComparison.Ordinal);
        Assert.All(deleted, path => Assert.StartsWith("/api/projects/pywharf-doctor/files/pywharf_doctor-0.", path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<html>413 Request Entity Too Large</html>", CheckStatus.Failed, "client_max_body_size")]
    [InlineData("The file is larger than the 1000 bytes that this repository accepts.", CheckStatus.Warning, "max_file_bytes of the repository: The file is larger")]
    public async Task Whose_limit_an_upload_exceeds_is_told(string body, CheckStatus status, string said)
    {
        await using var server = await AnsweringAsync(StatusCodes.Status413PayloadTooLarge, body);
        using var deployment = Deployment(server.Urls.Single());

        var finding = await new UploadProbe(isAllowed: true, TimeProvider.System).RunAsync(deployment, CancellationToken.None);

        Assert.Equal(status, finding.Status);
        Assert.Contains(said, finding.Message, StringComparison.Ordinal);
        Assert.Equal(status == CheckStatus.Failed, finding.Remedy?.Nginx.Contains("client_max_body_size 5g;", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Too_many_requests_say_nothing_of_buffering()
    {
        await using var server = await AnsweringAsync(StatusCodes.Status429TooManyRequests, "");
        using var deployment = Deployment(server.Urls.Single());

        var finding = await new RequestBufferingProbe().RunAsync(deployment, CancellationToken.None);

        Assert.Equal(CheckStatus.Skipped, finding.Status);
    }

    [Theory]
    [InlineData("/", null)]
    [InlineData("/packages/python/simple/", "/packages/python")]
    public async Task A_prefix_that_is_not_told_is_that_of_the_URL(string path, string? prefix)
    {
        await using var server = await PlayedDeployment.StartAsync(http =>
            http.Response.WriteAsync(http.Request.Path.Value!.EndsWith("/health", StringComparison.Ordinal) ? "" : """{"meta":{"api-version":"1.4"},"projects":[]}"""));
        using var deployment = Deployment(server.Urls.Single() + path);

        var finding = await new ServerProbe().RunAsync(deployment, CancellationToken.None);

        Assert.Equal(CheckStatus.Warning, finding.Status);
        Assert.Equal(
            prefix is null ? (null, null) : ($"proxy_set_header X-Forwarded-Prefix {prefix};  # with --trusted_proxy at pywharf", $"http-request set-header X-Forwarded-Prefix {prefix}"),
            (finding.Remedy?.Nginx, finding.Remedy?.HAProxy));
    }

    private static Deployment Deployment(string url) => new(new Uri(url), "team", "s3cret");

    private static Task<WebApplication> AnsweringAsync(int status, string body) => PlayedDeployment.StartAsync(http =>
    {
        http.Response.StatusCode = status;

        return http.Response.WriteAsync(body);
    });
}
