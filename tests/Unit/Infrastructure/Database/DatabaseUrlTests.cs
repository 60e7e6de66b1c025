using Npgsql;
using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Unit.Infrastructure.Database;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgresql://wharf:secret@db.example.com/packages", "db.example.com", 5432, "packages")]
    [InlineData("postgres://wharf:secret@db:6000/packages", "db", 6000, "packages")]
    [InlineData("postgresql://wharf:secret@[::1]:6000/packages", "::1", 6000, "packages")]
    [InlineData("postgresql://wharf:secret@%2Fvar%2Frun%2Fpostgresql/my%20packages", "/var/run/postgresql", 5432, "my packages")]
    public void It_is_read_as_libpq_reads_it(string text, string host, int port, string name)
    {
        var settings = Read(text).Settings;

        Assert.Equal((host, port, name, "wharf", "secret"), (settings.Host, settings.Port, settings.Database, settings.Username, settings.Password));
    }

    [Fact]
    public void User_and_password_are_percent_decoded()
    {
        var settings = Read("postgresql://a%40b:p%40ss%2Fw%3Ard%25;'\"@db/packages").Settings;

        Assert.Equal(("a@b", "p@ss/w:rd%;'\""), (settings.Username, settings.Password));
    }

    [Fact]
    public void A_password_is_optional() => Assert.Null(Read("postgresql://wharf@db/packages").Settings.Password);

    [Fact]
    public void Of_several_hosts_the_one_that_can_be_written_is_used()
    {
        var url = Read("postgresql://wharf@db1,db2:6000,[::1]:7000/packages");

        Assert.Equal(("db1:5432,db2:6000,[::1]:7000", TargetSessionAttributes.ReadWrite), (url.Settings.Host, url.Target));
        Assert.Equal(TargetSessionAttributes.Primary, Read("postgresql://wharf@db1,db2/packages?target_session_attrs=primary").Target);
        Assert.Equal(TargetSessionAttributes.Any, Read("postgresql://wharf@db1/packages").Target);
    }

    [Fact]
    public void Options_of_libpq_reach_the_driver()
    {
        var settings = Read("postgresql://wharf@db/packages?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&connect_timeout=9&application_name=a%20b").Settings;

        Assert.Equal((SslMode.VerifyFull, "/etc/ca.pem", 9, "a b"), (settings.SslMode, settings.RootCertificate, settings.Timeout, settings.ApplicationName));
    }

    [Theory]
    [InlineData("mysql://wharf:hunter2@db/packages", "must be postgresql://user:password@host:port/name")]
    [InlineData("postgresql://db/packages", "must be postgresql://")]
    [InlineData("postgresql://wharf:hunter2@db", "must be postgresql://")]
    [InlineData("postgresql://wharf:hunter2@db/", "must be postgresql://")]
    [InlineData("postgresql://wharf:hunter2/x@db/packages", "percent-encoded")]
    [InlineData("postgresql://wharf:hunter2?x@db/packages", "percent-encoded")]
    [InlineData("postgresql://wharf:hunter2#x@db/packages", "percent-encoded")]
    [InlineData("postgresql://wharf:hunter2%zz@db/packages", "a percent sign itself is %25")]
    [InlineData("postgresql://wharf:hunter2@db:0/packages", "a port that is no number from 1 to 65535")]
    [InlineData("postgresql://wharf:hunter2@db:65536/packages", "a port that is no number")]
    [InlineData("postgresql://wharf:hunter2@db,/packages", "names a host that is not HOST or HOST:PORT")]
    [InlineData("postgresql://wharf:hunter2@::1/packages", "an IPv6 address stands in brackets")]
    [InlineData("postgresql://wharf:hunter2@db/packages?sslmode=on", "has an sslmode that is none of disable, allow, prefer")]
    [InlineData("postgresql://wharf:hunter2@db/packages?target_session_attrs=standby", "none of any, primary, read-write")]
    [InlineData("postgresql://wharf:hunter2@db/packages?connect_timeout=0", "no number of seconds from 1 to 60")]
    [InlineData("postgresql://wharf:hunter2@db/packages?sslmod=require", "an unknown option sslmod after the question mark")]
    public void What_is_wrong_is_said_without_the_password(string text, string expected)
    {
        Assert.False(DatabaseUrl.TryParse(text, out var url, out var problem));

        Assert.Null(url);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_text_leaves_the_password_out() =>
        Assert.Equal("postgresql://wharf@db1:5432,db2:5432/packages", Read("postgresql://wharf:hunter2@db1,db2/packages?sslmode=require").ToString());

    private static DatabaseUrl Read(string text) =>
        DatabaseUrl.TryParse(text, out var url, out var problem) ? url : throw new ArgumentException(problem, nameof(text));
}
